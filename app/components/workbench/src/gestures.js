// @ts-check
import { closest, isWithin } from "../../shared/dom.js";
import { pointIn } from "../../shared/frame.js";
import { clamp } from "../../shared/numbers.js";
import { cellAt, centreOf } from "./similarity.js";
import { SIDES } from "./stage.js";
import { panBy, WHOLE, zoomAt } from "./zoom.js";

const SLOP = 4; // pixels that a click may move
const STEP = 0.02; // of the wipe, by an arrow key
/** @type {Record<string, number>} */
const ARROWS = { ArrowLeft: -STEP, ArrowRight: STEP, ArrowUp: STEP, ArrowDown: -STEP, Home: -1, End: 1 };
/** @type {Record<string, [columns: number, rows: number]>} */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @typedef {{x: number, y: number}} Place - of a pointer on the screen */

/**
 * Pointers, wheel and fingers over the two pictures.
 *
 * @param {import("./stage.js").Stage} stage
 * @param {import("./store.js").Store} store
 * @param {(cell: number) => void} pick - a patch was clicked
 * @param {(cell: number) => void} keep - a patch was reached by keys
 */
export function createGestures({ views, handle, panes }, store, pick, keep) {
  const { state, set } = store;
  /** @type {Map<number, Place>} pointers that are down */
  const down = new Map();
  let moved = false;
  let wiping = false;

  /** @param {Event} event */
  function paneAt(event) {
    const side = closest(event, ".pane")?.dataset.side;
    return side === "a" || side === "b" ? panes[side] : null;
  }

  /**
   * Where the pointer is in a view, in shares of it.
   *
   * @param {MouseEvent} event
   */
  function shareOf(event) {
    const view = paneAt(event)?.view ?? SIDES.map((side) => panes[side].view).find((one) => one.clientWidth) ?? views;
    const box = view.getBoundingClientRect();
    return { p: (event.clientX - box.left) / box.width, q: (event.clientY - box.top) / box.height, box };
  }

  /** @param {PointerEvent} event */
  function press(event) {
    if (isWithin(event, handle)) {
      wiping = true;
      handle.setPointerCapture(event.pointerId);
      return;
    }
    if (event.button !== 0) return;
    if (!down.size) moved = false;
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (wiping) return wipe(event);
    const last = down.get(event.pointerId);
    if (last) drag(event, last);
    if (event.pointerType === "touch") return; // a finger has no hover: a tap picks
    const pane = paneAt(event);
    set({ hover: pane && pointIn(pane.frame, event) });
  }

  /** @param {PointerEvent} event */
  function wipe(event) {
    const box = views.getBoundingClientRect();
    set({ wipe: clamp((event.clientX - box.left) / box.width, 0, 1) });
  }

  /**
   * One pointer moves the picture, two move and zoom it.
   *
   * @param {PointerEvent} event
   * @param {Place} last
   */
  function drag(event, last) {
    const [x, y] = [event.clientX, event.clientY];
    if (!moved && Math.hypot(x - last.x, y - last.y) < SLOP) return;
    if (!moved) views.setPointerCapture(event.pointerId);
    moved = true;
    const { box } = shareOf(event);
    const before = [...down.values()];
    down.set(event.pointerId, { x, y });
    let zoom = panBy(state.zoom, (x - last.x) / box.width / before.length, (y - last.y) / box.height / before.length);
    if (before.length === 2) {
      const [one, two] = [...down.values()];
      const factor = spread([one, two]) / (spread(before) || 1);
      const [p, q] = [((one.x + two.x) / 2 - box.left) / box.width, ((one.y + two.y) / 2 - box.top) / box.height];
      zoom = zoomAt(zoom, factor, p, q);
    }
    set({ zoom });
  }

  const spread = (/** @type {Place[]} */ [one, two]) => Math.hypot(one.x - two.x, one.y - two.y);

  /** @param {PointerEvent} event */
  function release(event) {
    wiping = false;
    down.delete(event.pointerId);
  }

  /** @param {MouseEvent} event */
  function click(event) {
    const pane = paneAt(event);
    const cells = state.loaded?.model.variants[0]?.tokens;
    if (moved || !pane || !cells) return;
    const point = pointIn(pane.frame, /** @type {PointerEvent} */ (event));
    if (point) pick(cellAt(cells, point));
  }

  /**
   * Zoom to the cursor; without Ctrl only where the stage has the focus, so that the page still scrolls.
   *
   * @param {WheelEvent} event
   */
  function wheel(event) {
    if (!event.ctrlKey && !views.contains(document.activeElement)) return;
    if (state.zoom.scale === 1 && event.deltaY > 0 && !event.ctrlKey) return;
    event.preventDefault();
    const { p, q } = shareOf(event);
    set({ zoom: zoomAt(state.zoom, Math.exp(-clamp(event.deltaY, -240, 240) / 400), p, q) });
  }

  /** @param {KeyboardEvent} event */
  function slide(event) {
    const by = ARROWS[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    set({ wipe: clamp(state.wipe + by, 0, 1) });
  }

  /**
   * Arrow keys move the kept patch; the first one keeps the middle.
   *
   * @param {KeyboardEvent} event
   */
  function walk(event) {
    const cells = state.loaded?.model.variants[0]?.tokens;
    const by = STEPS[event.key];
    if (!by || !cells || event.target !== views || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { u, v } = state.selection === null ? { u: 0.5, v: 0.5 } : centreOf(cells, state.selection);
    keep(cellAt(cells, { u: u + by[0] / cells.columns, v: v + by[1] / cells.rows }));
  }

  /** @param {import("../../shared/listen.js").Listen} listen */
  function wire(listen) {
    listen(views, {
      pointerdown: press,
      pointermove: move,
      pointerup: release,
      pointercancel: release,
      pointerleave: () => set({ hover: null }),
      click,
      dblclick: () => set({ zoom: WHOLE }),
      wheel,
      keydown: walk,
    });
    listen(handle, { keydown: slide });
  }

  return { wire };
}
