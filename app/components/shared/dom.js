// @ts-check

/** @typedef {string | Node | (string | Node)[]} Content */

/**
 * Make an element.
 *
 * @template {keyof HTMLElementTagNameMap} Kind
 * @param {Kind} kind
 * @param {string} [className]
 * @param {Content} [content]
 * @param {Record<string, string>} [style] - by CSS name, custom properties too
 * @returns {HTMLElementTagNameMap[Kind]}
 */
export function node(kind, className = "", content = [], style = {}) {
  const result = document.createElement(kind);
  if (className) result.className = className;
  for (const [name, value] of Object.entries(style)) result.style.setProperty(name, value);
  result.append(...[content].flat());
  return result;
}

/**
 * Make a button that submits nothing.
 *
 * @param {string} [className]
 * @param {Content} [content]
 * @returns {HTMLButtonElement}
 */
export function button(className, content) {
  const result = node("button", className, content);
  result.type = "button";
  return result;
}

/**
 * Find a part that the template promises.
 *
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T}
 * @throws {Error} the template has no such part
 */
export function query(root, selector, kind) {
  const result = root.querySelector(selector);
  if (!(result instanceof kind)) throw new Error(`The template has no ${kind.name} at ${selector}.`);
  return result;
}

/**
 * The nearest element around an event's target that matches.
 *
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export const closest = ({ target }, selector) => (target instanceof Element ? target.closest(selector) : null);

/**
 * @param {Event} event
 * @param {Node} parent
 * @returns {boolean}
 */
export const isWithin = ({ target }, parent) => target instanceof Node && parent.contains(target);

/**
 * Replace the children only where they differ, so that the focus stays.
 *
 * @param {Element} parent
 * @param {Element[]} nodes
 */
export function replaceChildren(parent, nodes) {
  const differs = nodes.length !== parent.children.length || nodes.some((one, i) => one !== parent.children[i]);
  if (differs) parent.replaceChildren(...nodes);
}
