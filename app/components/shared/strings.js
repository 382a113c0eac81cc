// @ts-check

/** @typedef {Record<string, string>} Texts */
/** @typedef {(key: string, values?: Record<string, unknown>) => string} Text */

/**
 * Put values where the names in braces stand.
 *
 * @param {string} sentence
 * @param {Record<string, unknown>} values
 * @returns {string}
 */
export const format = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/**
 * A component's sentences, whose language may change while it is on the page.
 *
 * @param {ParentNode} root - its elements say by data-text, data-title and data-label which sentence they bear
 */
export function createStrings(root) {
  /** @type {Texts} */
  const texts = {};

  /** @type {Text} */
  const text = (key, values = {}) => format(texts[key], values);

  /**
   * @param {string} name
   * @param {(element: HTMLElement, sentence: string) => void} set
   */
  function each(name, set) {
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(`[data-${name}]`))) {
      set(one, text(/** @type {string} */ (one.dataset[name])));
    }
  }

  /**
   * Take new sentences and write them into the template's elements.
   *
   * @param {Texts} sentences
   */
  function renderStrings(sentences) {
    Object.assign(texts, sentences);
    each("text", (one, sentence) => (one.textContent = sentence));
    each("title", (one, sentence) => (one.title = sentence));
    each("label", (one, sentence) => one.setAttribute("aria-label", sentence));
  }

  return { text, renderStrings };
}

/**
 * How an exemplar is called on the screen, as "+1" or "−2".
 *
 * @param {number} label - its sign
 * @param {number} index - from 0
 * @returns {string}
 */
export const exemplarTag = (label, index) => `${label > 0 ? "+" : "−"}${index + 1}`;

/**
 * @param {number} label
 * @returns {"positive" | "negative"}
 */
export const signName = (label) => (label > 0 ? "positive" : "negative");
