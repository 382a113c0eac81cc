// @ts-check
import { closest } from "../../shared/dom.js";
import { percent } from "../../shared/numbers.js";
import { lightUp, pointIn } from "../../shared/frame.js";
import { sample } from "../../shared/raster.js";
import { columnOf, hasView, VIEWS, visibleVariants } from "./state.js";

/** @typedef {import("./state.js").View} View */

/**
 * The view and the variant's name of the cell that an event belongs to.
 *
 * @param {Event} event
 * @returns {{name: string, view: View} | null}
 */
export function cellAt(event) {
  const { name, view } = closest(event, ".cell")?.dataset ?? {};
  return name && view ? { name, view: /** @type {View} */ (view) } : null;
}

/**
 * The cross hair, which reads every variant at one place.
 *
 * @param {HTMLElement} matrix
 * @param {import("./state.js").State} state
 * @param {import("../../shared/strings.js").Text} text
 */
export function createPointer(matrix, state, text) {
  /**
   * Follow the pointer. A finger swipes; it reads values in the large view.
   *
   * @param {PointerEvent} event
   */
  function hover(event) {
    if (event.pointerType === "touch") return;
    const cell = cellAt(event);
    const point = cell && pointIn(columnOf(state, cell.name).cells[cell.view].frame, event);
    if (point) mark(cell.view, point);
    else unmark();
  }

  /**
   * Mark the same place in every cell of the row, and say what each variant has there.
   *
   * @param {View} view
   * @param {import("../../shared/raster.js").Point} point
   */
  function mark(view, point) {
    if (matrix.dataset.pointed !== view) unmark();
    matrix.dataset.pointed = view;
    matrix.style.setProperty("--u", percent(point.u));
    matrix.style.setProperty("--v", percent(point.v));
    for (const variant of visibleVariants(state).filter((one) => hasView(one, view))) {
      const { note, cells } = columnOf(state, variant.name);
      const { frame } = cells[view];
      const grid = frame.contents?.grid;
      if (!grid) continue;
      note.textContent = text(view === "heat" ? "value" : "share", { value: sample(grid, point).toFixed(2) });
      lightUp(frame, point);
    }
  }

  function unmark() {
    if (!matrix.dataset.pointed) return;
    delete matrix.dataset.pointed;
    for (const variant of visibleVariants(state)) {
      const { note, cells } = columnOf(state, variant.name);
      note.textContent = variant.note;
      for (const view of VIEWS) lightUp(cells[view].frame, null);
    }
  }

  return { hover, unmark };
}
