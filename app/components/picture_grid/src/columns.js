// @ts-check
import { button, node } from "../../shared/dom.js";
import { contentsOf } from "./contents.js";
import { dropFrame, fill, makeFrame } from "../../shared/frame.js";
import { hasView, VIEWS } from "./state.js";

/** @typedef {import("./state.js").View} View */
/** @typedef {import("./state.js").Variant} Variant */
/** @typedef {{frame: import("../../shared/frame.js").Frame, button: HTMLButtonElement, none: HTMLElement, effect: HTMLElement}} Cell */

/**
 * @typedef {object} Column
 * @property {HTMLElement} head
 * @property {HTMLElement} title
 * @property {HTMLElement} note
 * @property {Record<View, Cell>} cells
 */

/**
 * Make the column of a variant, still empty.
 *
 * @param {string} name
 * @returns {Column}
 */
export function makeColumn(name) {
  const [title, note] = [node("strong"), node("span", "note")];
  const head = node("div", "head", [title, note]);
  return { head, title, note, cells: { heat: makeCell(name, "heat"), attention: makeCell(name, "attention") } };
}

/**
 * @param {string} name
 * @param {View} view
 * @returns {Cell}
 */
function makeCell(name, view) {
  const frame = makeFrame();
  const effect = node("span", "effect");
  const cell = { frame, button: button("cell", frame.root), none: node("div", "none", "–"), effect };
  cell.button.append(effect);
  for (const one of [cell.button, cell.none]) Object.assign(one.dataset, { name, view });
  return cell;
}

/**
 * The children of the matrix that make up a column.
 *
 * @param {Column} column
 * @returns {HTMLElement[]}
 */
export const nodesOf = ({ head, cells }) => [head, ...VIEWS.flatMap((view) => [cells[view].button, cells[view].none])];

/** @param {Column} column */
export function removeColumn(column) {
  for (const one of nodesOf(column)) one.remove();
  for (const view of VIEWS) dropFrame(column.cells[view].frame);
}

/**
 * Show a variant in its column.
 *
 * @param {Column} column
 * @param {object} scene
 * @param {import("./state.js").State} scene.state
 * @param {Variant} scene.variant
 * @param {number} scene.index - of the column, from the left
 * @param {boolean} scene.attention - whether any variant has attention
 * @param {import("../../shared/strings.js").Text} scene.text
 */
export function renderColumn(column, { state, variant, index, attention, text }) {
  const gridColumn = String(index + 1);
  column.title.textContent = variant.title;
  column.head.title = variant.summary;
  column.note.textContent = variant.note;
  column.head.hidden = false;
  column.head.style.gridColumn = gridColumn;
  for (const view of VIEWS) {
    const { frame, button, none, effect } = column.cells[view];
    const present = hasView(variant, view);
    button.style.gridColumn = none.style.gridColumn = gridColumn;
    button.hidden = !present;
    none.hidden = present || !attention;
    none.title = text("no_attention");
    none.setAttribute("aria-label", `${variant.title}: ${text("no_attention")}`);
    button.setAttribute("aria-label", text("cell", { title: variant.title, view: text(view), note: variant.note }));
    const change = view === "attention" ? variant.attention_change : null;
    effect.hidden = typeof change !== "number";
    effect.textContent = effect.hidden ? "" : `±${Number(change).toFixed(2)}`;
    if (present) fill(frame, contentsOf(state, variant, view), state.tables[view]);
  }
}
