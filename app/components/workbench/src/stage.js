// @ts-check
import { node, query } from "../../shared/dom.js";
import { dropFrame, fill, lightUp, makeFrame } from "../../shared/frame.js";
import { percent } from "../../shared/numbers.js";
import { boxesOf } from "./boxes.js";
import { effectOf, modeOf, shownDetections } from "./scene.js";

/** @typedef {import("./types.js").Side} Side */
/** @typedef {import("./types.js").Variant} Variant */

const DETAIL = 1200; // pixels of a canvas along a side: a zoomed picture stays quick to colour
/** @type {Side[]} */
export const SIDES = ["a", "b"];
/** What changes the two pictures, besides the pointer. */
const DRAWN = ["loaded", "a", "b", "mode", "layer", "box", "side", "spread", "selection", "arrivals", "language"];
const SETTINGS = ["colours", "opacity", "threshold", "detections", "exemplars"];

/**
 * @param {HTMLElement} root
 * @param {Side} side
 */
function makePane(root, side) {
  const view = query(root, `.pane[data-side=${side}]`, HTMLElement);
  const head = query(root, `.pane-head[data-side=${side}]`, HTMLElement);
  const frame = makeFrame(DETAIL);
  const reading = node("span", "reading");
  frame.root.append(reading);
  view.prepend(frame.root);
  return { view, head, frame, reading, message: query(view, ".message", HTMLElement) };
}

/**
 * The two large pictures under one cursor.
 *
 * @param {HTMLElement} root
 * @param {import("./store.js").Store} store
 * @param {import("./scene.js").Scene} scene
 * @param {import("../../shared/strings.js").Text} text
 */
export function createStage(root, store, scene, text) {
  const { state } = store;
  const views = query(root, ".views", HTMLElement);
  const handle = query(root, ".handle", HTMLElement);
  const panes = { a: makePane(root, "a"), b: makePane(root, "b") };

  function renderPictures() {
    const pair = store.pair();
    if (!pair || !state.loaded) return;
    const { width, height, exemplars } = state.loaded.model;
    views.style.setProperty("--width", String(width));
    views.style.setProperty("--height", String(height));
    query(root, ".stage", HTMLElement).dataset.boxes = String(exemplars.length);
    const difference = modeOf(state) === "difference";
    for (const side of SIDES) {
      const variant = pair[side];
      const { head, frame, message } = panes[side];
      query(head, "strong", HTMLElement).textContent = variant.title;
      const summary = query(head, ".summary", HTMLElement);
      summary.textContent = summary.title = variant.summary;
      const grid = difference ? scene.differenceOf()?.grid : scene.gridOf(variant);
      const boxes = boxesOf(state, scene, variant);
      fill(frame, scene.contentsOf(variant, boxes, grid), difference ? scene.differenceTable() : scene.table());
      message.textContent = messageOf(difference && !grid ? [pair.a, pair.b] : [variant]);
    }
  }

  /**
   * Why there is nothing over the picture; empty where there is something.
   *
   * @param {Variant[]} variants
   */
  function messageOf(variants) {
    const { layer } = state;
    if (layer === "attention" && variants.some(({ attention }) => !attention?.length)) return text("no_attention");
    if (layer !== "similarity") return "";
    if (scene.asked() === null) return text("ask");
    const without = variants.find((variant) => !scene.similarityOf(variant));
    return without ? text(scene.missing(without)) : "";
  }

  function renderZoom() {
    const { scale, x, y } = state.zoom;
    views.style.setProperty("--zoom", String(scale));
    views.style.setProperty("--x", String(x));
    views.style.setProperty("--y", String(y));
    views.dataset.zoomed = String(scale > 1);
    const reset = query(root, "[data-action=whole]", HTMLElement);
    reset.hidden = scale === 1;
    reset.textContent = text("whole", { scale: scale.toFixed(1) });
  }

  function renderWipe() {
    views.style.setProperty("--wipe", percent(state.wipe));
    handle.setAttribute("aria-valuenow", String(Math.round(100 * state.wipe)));
  }

  /** Say what is under the pointer, at the same place in both. */
  function renderPointer() {
    const { hover, zoom } = state;
    const pair = store.pair();
    if (!pair) return;
    views.dataset.pointed = String(hover !== null);
    if (hover) {
      views.style.setProperty("--u", percent(hover.u));
      views.style.setProperty("--v", percent(hover.v));
      views.dataset.end = String((hover.u - zoom.x) * zoom.scale > 0.75);
      views.dataset.low = String((hover.v - zoom.y) * zoom.scale > 0.85);
    }
    const values = SIDES.map((side) => hover && scene.valueAt(pair[side], hover));
    SIDES.forEach((side, index) => {
      const value = values[index];
      const { head, frame, reading } = panes[side];
      const written = typeof value === "number" ? text(`value_${state.layer}`, { value: signed(value) }) : "";
      query(head, ".note", HTMLElement).textContent = written || noteOf(pair[side]);
      reading.textContent = modeOf(state) === "difference" ? gapOf(values) : written;
      lightUp(frame, hover);
    });
  }

  /** @param {(number | null)[]} values */
  function gapOf([a, b]) {
    if (typeof a !== "number" || typeof b !== "number") return "";
    const gap = signed(a - b);
    return text("value_difference", { value: a > b && Number(gap) ? `+${gap}` : gap });
  }

  /** @param {Variant} variant */
  function noteOf(variant) {
    if (state.layer === "attention") return effectOf(variant, text);
    const below = variant.detections.length - shownDetections(variant, state.threshold).length;
    return [variant.note, below ? text("below", { count: below }) : ""].filter(Boolean).join(" · ");
  }

  /** @param {Set<string>} changed */
  function render(changed) {
    const any = (/** @type {string[]} */ names) => names.some((name) => changed.has(name));
    const asking = state.layer === "similarity" && state.selection === null && changed.has("hover");
    const pictures = any([...DRAWN, ...SETTINGS]) || asking;
    if (pictures) renderPictures();
    if (any(["zoom", "loaded", "language"])) renderZoom();
    if (any(["wipe", "loaded"])) renderWipe();
    if (pictures || any(["hover", "zoom"])) renderPointer();
  }

  const destroy = () => SIDES.forEach((side) => dropFrame(panes[side].frame));

  return { render, destroy, views, handle, panes };
}

/** @param {number} value */
function signed(value) {
  const size = Math.abs(value).toFixed(2);
  return value < 0 && Number(size) ? `−${size}` : size;
}

/** @typedef {ReturnType<typeof createStage>} Stage */
