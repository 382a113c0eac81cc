// @ts-check
import { node, query } from "../../shared/dom.js";
import { colourTable } from "../../shared/colours.js";
import { nodesOf, renderColumn } from "./columns.js";
import { createControls } from "./controls.js";
import { columnOf, hasAttention, visibleVariants } from "./state.js";

/**
 * The template's parts, by name.
 *
 * @param {HTMLElement} root
 */
export function findParts(root) {
  return {
    root,
    empty: query(root, ".empty", HTMLElement),
    notice: query(root, ".notice", HTMLElement),
    filled: query(root, ".filled", HTMLElement),
    chips: query(root, ".chips", HTMLElement),
    controls: query(root, ".controls", HTMLElement),
    matrix: query(root, ".matrix", HTMLElement),
    attention: query(root, ".matrix .caption[data-view=attention]", HTMLElement),
    bar: query(root, ".bar canvas", HTMLCanvasElement),
    tick: query(root, ".tick", HTMLElement),
    chooser: query(root, ".chooser", HTMLElement),
    position: query(root, ".position", HTMLElement),
    dialog: query(root, "dialog", HTMLDialogElement),
  };
}

/** @typedef {ReturnType<typeof findParts>} Parts */

/**
 * @param {object} context
 * @param {Parts} context.parts
 * @param {import("./state.js").State} context.state
 * @param {import("./state.js").Props} context.props
 * @param {import("../../shared/strings.js").Text} context.text
 * @param {() => void} context.renderLarge
 */
export function createView({ parts, state, props, text, renderLarge }) {
  const { root, matrix, position } = parts;
  const renderControls = createControls(parts, state, text);

  /** Bring the screen up to the state. */
  function render() {
    const none = !state.value;
    parts.empty.hidden = !none;
    parts.filled.hidden = none;
    if (none) return parts.dialog.close();
    const { colours, opacity, threshold, colour } = state.settings;
    const scale = props.colour_scales[colours];
    state.tables = { heat: colourTable(scale, opacity, threshold), attention: colourTable(scale, opacity) };
    const variants = visibleVariants(state);
    const attention = variants.some(hasAttention);
    root.classList.toggle("colourful", colour);
    matrix.style.setProperty("--columns", String(variants.length));
    parts.attention.hidden = !attention;
    for (const column of state.columns.values()) for (const one of nodesOf(column)) one.hidden = true;
    variants.forEach((variant, index) => {
      renderColumn(columnOf(state, variant.name), { state, variant, index, attention, text });
    });
    renderControls();
    renderPosition();
    renderLarge();
  }

  /** Say which columns are in sight while not all of them are. */
  function renderPosition() {
    const all = matrix.scrollWidth <= matrix.clientWidth + 1;
    position.hidden = all;
    if (all) return;
    const { left, right } = matrix.getBoundingClientRect();
    const visible = visibleVariants(state).map(({ name }) => {
      const box = columnOf(state, name).head.getBoundingClientRect();
      const middle = (box.left + box.right) / 2;
      return middle > left && middle < right;
    });
    const [first, last] = [visible.indexOf(true) + 1, visible.lastIndexOf(true) + 1];
    const range = first === last ? first : `${first}–${last}`;
    const count = text("position", { position: range, total: visible.length });
    query(position, ".count", HTMLElement).textContent = count;
    const dots = visible.map((one) => node("i", one ? "on" : ""));
    query(position, ".dots", HTMLElement).replaceChildren(...dots);
  }

  return { render, renderPosition };
}
