// @ts-check
import { button, node, query, replaceChildren } from "../../shared/dom.js";
import { exemplarTag, signName } from "../../shared/strings.js";
import { hasNumbers, modeOf } from "./scene.js";
import { SIDES } from "./stage.js";

/** @typedef {import("./types.js").Exemplar} Exemplar */

const SWITCHES = /** @type {const} */ (["detections", "exemplars"]);

/**
 * What is shown, and how it is drawn.
 *
 * @param {HTMLElement} root
 * @param {import("./store.js").Store} store
 * @param {import("../../shared/strings.js").Text} text
 * @returns {() => void} brings the controls up to the state
 */
export function createToolbar(root, store, text) {
  const { state } = store;
  const part = (/** @type {string} */ selector) => query(root, selector, HTMLElement);
  const input = (/** @type {string} */ name) => query(root, `input[data-setting=${name}]`, HTMLInputElement);

  function renderPair() {
    const pair = store.pair();
    if (!pair) return;
    for (const side of SIDES) {
      const select = query(root, `select[data-side=${side}]`, HTMLSelectElement);
      const options = state.loaded?.model.variants.map(({ name, title }) => new Option(title, name)) ?? [];
      const written = (/** @type {HTMLOptionElement[]} */ all) => all.map((one) => `${one.value} ${one.text}`).join();
      if (written([...select.options]) !== written(options)) select.replaceChildren(...options);
      select.value = pair[side].name;
      select.title = pair[side].summary;
    }
  }

  /** Press the buttons of the chosen mode, layer and side. */
  function renderChoices() {
    const chosen = /** @type {Record<string, unknown>} */ ({ ...state, mode: modeOf(state) });
    for (const one of /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll("button[data-choice]"))) {
      const { choice = "", value } = one.dataset;
      one.setAttribute("aria-pressed", String(chosen[choice] === value));
    }
    const without = query(root, "[data-value=difference]", HTMLButtonElement);
    without.disabled = !hasNumbers(state.layer);
    query(root, "[data-action=spread]", HTMLElement).setAttribute("aria-pressed", String(state.spread));
    without.title = text(without.disabled ? "no_difference" : "difference_title");
  }

  /** @param {Exemplar[]} exemplars */
  function renderChooser(exemplars) {
    const chooser = part(".chooser");
    const present = /** @type {HTMLCollectionOf<HTMLButtonElement>} */ (chooser.children);
    const nodes = exemplars.map(([, , , , label], index) => {
      const one = present[index] ?? button();
      const tag = exemplarTag(label, index);
      Object.assign(one, { className: signName(label), textContent: tag, title: text("choose_title", { tag }) });
      one.dataset.box = String(index);
      one.setAttribute("aria-pressed", String(index === state.box));
      return one;
    });
    chooser.hidden = nodes.length < 2 || state.layer !== "attention";
    replaceChildren(chooser, nodes);
  }

  function renderSettings() {
    const { colours, opacity, threshold, layer } = state;
    query(root, "select[data-setting=colours]", HTMLSelectElement).value = colours;
    for (const name of SWITCHES) input(name).checked = state[name];
    const written = { opacity: text("percent", { value: Math.round(100 * opacity) }), threshold: threshold.toFixed(2) };
    for (const [name, value] of Object.entries({ opacity, threshold })) {
      input(name).value = String(value);
      const output = input(name).nextElementSibling;
      if (output) output.textContent = written[/** @type {keyof typeof written} */ (name)];
    }
    const label = input("exemplars").parentElement;
    if (label) label.hidden = !state.loaded?.model.exemplars.length;
    input("opacity").disabled = layer === "picture";
  }

  return () => {
    renderPair();
    renderChoices();
    renderChooser(state.loaded?.model.exemplars ?? []);
    renderSettings();
    const blinker = query(root, "[data-action=blink]", HTMLButtonElement);
    blinker.hidden = modeOf(state) !== "blink";
    blinker.replaceChildren(node("b", `badge ${state.side}`, state.side.toUpperCase()), text("blink_by_hand"));
  };
}
