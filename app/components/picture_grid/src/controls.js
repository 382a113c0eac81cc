// @ts-check
import { button, query, replaceChildren } from "../../shared/dom.js";
import { percent } from "../../shared/numbers.js";
import { exemplarTag, signName } from "../../shared/strings.js";
import { colourCanvas } from "../../shared/canvas.js";
import { visibleVariants } from "./state.js";

const RAMP = Uint8Array.from({ length: 256 }, (_, heat) => heat);

/**
 * The chips of the variants, the choice of the exemplar, and how the heat is drawn.
 *
 * @param {import("./view.js").Parts} parts
 * @param {import("./state.js").State} state
 * @param {import("../../shared/strings.js").Text} text
 * @returns {() => void} brings them up to the state
 */
export function createControls({ chips, chooser, controls, bar, tick }, state, text) {
  /** @param {import("./state.js").Variant[]} variants - all of them */
  function renderChips(variants) {
    const visible = visibleVariants(state).length;
    const present = /** @type {HTMLCollectionOf<HTMLButtonElement>} */ (chips.children);
    const reuse = new Map([...present].map((chip) => [chip.dataset.name, chip]));
    const nodes = variants.map(({ name, title }) => {
      const chip = reuse.get(name) ?? button("chip");
      const pressed = !state.hidden.has(name);
      const disabled = pressed && visible === 1;
      Object.assign(chip, { textContent: title, title: text("toggle_title", { title }), disabled });
      chip.dataset.name = name;
      chip.setAttribute("aria-pressed", String(pressed));
      return chip;
    });
    const all = reuse.get("") ?? button("all");
    Object.assign(all, { textContent: text("all"), hidden: visible === nodes.length });
    all.dataset.name = "";
    replaceChildren(chips, [...nodes, all]);
  }

  /** @param {import("./state.js").Exemplar[]} exemplars */
  function renderChooser(exemplars) {
    const present = /** @type {HTMLCollectionOf<HTMLButtonElement>} */ (chooser.children);
    const nodes = exemplars.map(([, , , , label], index) => {
      const one = present[index] ?? button();
      const tag = exemplarTag(label, index);
      Object.assign(one, { className: signName(label), textContent: tag, title: text("choose_title", { tag }) });
      one.dataset.exemplar = String(index);
      one.setAttribute("aria-pressed", String(index === state.exemplar));
      return one;
    });
    chooser.hidden = nodes.length < 2;
    replaceChildren(chooser, nodes);
  }

  /** @param {boolean} exemplars - whether there are any */
  function renderSettings(exemplars) {
    const { colours, opacity, threshold, ...switches } = state.settings;
    const find = (/** @type {string} */ name) => query(controls, `input[data-setting=${name}]`, HTMLInputElement);
    query(controls, "select[data-setting=colours]", HTMLSelectElement).value = colours;
    for (const [name, checked] of Object.entries(switches)) find(name).checked = checked;
    const written = { opacity: text("percent", { value: Math.round(100 * opacity) }), threshold: threshold.toFixed(2) };
    for (const [name, value] of Object.entries({ opacity, threshold })) {
      const input = find(name);
      input.value = String(value);
      const output = input.nextElementSibling;
      if (output) output.textContent = written[/** @type {keyof typeof written} */ (name)];
    }
    const label = find("exemplars").parentElement;
    if (label) label.hidden = !exemplars;
    colourCanvas(bar, RAMP, state.tables.heat);
    tick.style.left = percent(threshold);
    tick.hidden = threshold === 0;
  }

  return () => {
    if (!state.value) return;
    renderChips(state.value.variants);
    renderChooser(state.value.exemplars);
    renderSettings(state.value.exemplars.length > 0);
  };
}
