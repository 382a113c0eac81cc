// @ts-check
import { closest, query } from "../../shared/dom.js";
import { contentsOf } from "./contents.js";
import { fill, makeFrame, pointIn } from "../../shared/frame.js";
import { sample } from "../../shared/raster.js";
import { hasView, visibleVariants } from "./state.js";

/** @typedef {import("./state.js").View} View */
/** @type {Record<string, number>} */
const ARROWS = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * The dialog that shows one cell large, with its neighbours at hand.
 *
 * @param {HTMLDialogElement} dialog
 * @param {import("./state.js").State} state
 * @param {import("../../shared/strings.js").Text} text
 */
export function createLargeView(dialog, state, text) {
  const part = (/** @type {string} */ selector) => query(dialog, selector, HTMLElement);
  const frame = makeFrame();
  part(".large").append(frame.root);
  /** @type {import("../../shared/raster.js").Point | null} */
  let point = null;

  function render() {
    const variants = visibleVariants(state);
    const index = variants.findIndex(({ name }) => name === state.large?.name);
    if (!state.large || index < 0 || !hasView(variants[index], state.large.view)) return dialog.close();
    const [variant, { view }] = [variants[index], state.large];
    part(".title").textContent = variant.title;
    part(".summary").textContent = variant.summary;
    part(".view").textContent = [text(view), variant.note].filter(Boolean).join(" · ");
    part(".count").textContent = text("position", { position: index + 1, total: variants.length });
    // Not `disabled`: a button that has the focus would take the arrow keys with it.
    part("[data-action=previous]").setAttribute("aria-disabled", String(!neighbour(-1)));
    part("[data-action=next]").setAttribute("aria-disabled", String(!neighbour(1)));
    fill(frame, contentsOf(state, variant, view), state.tables[view]);
    renderValue();
  }

  function renderValue() {
    const { grid, size } = frame.contents ?? {};
    if (!point || !grid || !size || !state.large) {
      part(".value").textContent = "";
      return;
    }
    const key = state.large.view === "heat" ? "value_at" : "share_at";
    const [x, y] = [Math.floor(point.u * size[0]), Math.floor(point.v * size[1])];
    part(".value").textContent = text(key, { value: sample(grid, point).toFixed(2), x, y });
  }

  /**
   * Name of the next variant that has this view.
   *
   * @param {number} step
   * @returns {string | undefined}
   */
  function neighbour(step) {
    if (!state.large) return undefined;
    const { name, view } = state.large;
    const variants = visibleVariants(state).filter((variant) => hasView(variant, view));
    return variants[variants.findIndex((variant) => variant.name === name) + step]?.name;
  }

  /** @param {number} by */
  function step(by) {
    const name = neighbour(by);
    if (!name || !state.large) return;
    state.large.name = name;
    render();
  }

  /**
   * @param {string} name
   * @param {View} view
   */
  function open(name, view) {
    state.large = { name, view };
    point = null;
    if (!dialog.open) dialog.showModal();
    render();
  }

  /** The focus goes to the cell that was seen last, which need not be the one that was opened. */
  function onClose() {
    const { name = "", view = "heat" } = state.large ?? {};
    state.large = null;
    state.columns.get(name)?.cells[view].button.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    event.stopPropagation(); // other keys of the page mean what lies behind
    const by = ARROWS[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    step(by);
  }

  /** @type {Record<string, () => void>} */
  const actions = { previous: () => step(-1), next: () => step(1), close: () => dialog.close() };

  /** @param {Event} event */
  function click(event) {
    if (event.target === dialog) dialog.close();
    else actions[closest(event, "[data-action]")?.dataset.action ?? ""]?.();
  }

  /** @param {PointerEvent} event */
  function read(event) {
    if (!state.large) return;
    point = pointIn(frame, event);
    renderValue();
  }

  /** @param {import("../../shared/listen.js").Listen} listen */
  function wire(listen) {
    listen(dialog, { keydown, close: onClose, click });
    listen(frame.root, { pointermove: read, pointerdown: read, pointerleave: read });
  }

  return { render, open, wire };
}
