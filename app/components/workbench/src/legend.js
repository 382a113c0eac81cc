// @ts-check
import { query } from "../../shared/dom.js";
import { colourCanvas } from "../../shared/canvas.js";
import { percent } from "../../shared/numbers.js";
import { hasNumbers, modeOf } from "./scene.js";

const RAMP = Uint8Array.from({ length: 256 }, (_, heat) => heat);

/**
 * How to read the layer: a sentence, and the scale of its colours.
 *
 * @param {HTMLElement} root
 * @param {import("./store.js").Store} store
 * @param {import("./scene.js").Scene} scene
 * @param {import("../../shared/strings.js").Text} text
 * @returns {() => void} brings it up to the state
 */
export function createLegend(root, store, scene, text) {
  const { state } = store;
  const part = (/** @type {string} */ selector) => query(root, `.legend ${selector}`, HTMLElement);

  return () => {
    const { layer, threshold } = state;
    const difference = modeOf(state) === "difference";
    part(".hint").textContent = text(difference ? "difference_hint" : `${layer}_hint`);
    part(".scale").hidden = !hasNumbers(layer);
    if (!hasNumbers(layer)) return;
    const limit = scene.differenceOf()?.limit ?? 1;
    part(".low").textContent = difference ? `−${limit}` : "0";
    part(".high").textContent = difference ? `+${limit}` : "1";
    part("figcaption").textContent = text(difference ? "scale_difference" : `scale_${layer}`);
    const bar = query(root, ".legend canvas", HTMLCanvasElement);
    colourCanvas(bar, RAMP, difference ? scene.differenceTable() : scene.table());
    part(".tick").style.left = percent(threshold);
    part(".tick").hidden = threshold === 0 || difference || layer === "attention";
  };
}
