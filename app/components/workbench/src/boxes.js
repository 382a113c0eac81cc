// @ts-check
import { exemplarTag, signName } from "../../shared/strings.js";
import { modeOf, shownDetections } from "./scene.js";
import { centreOf, nearest } from "./similarity.js";

/** @typedef {import("../../shared/frame.js").LabelledBox} LabelledBox */

export const NEAREST = 6;

/**
 * The boxes over one of the two large pictures.
 *
 * @param {Readonly<import("./store.js").State>} state
 * @param {import("./scene.js").Scene} scene
 * @param {import("./types.js").Variant} variant
 * @returns {LabelledBox[]}
 */
export function boxesOf(state, scene, variant) {
  const model = state.loaded?.model;
  if (!model) return [];
  const { layer, threshold, selection, box } = state;
  const drawn = model.exemplars.map((one, index) => ({
    box: one,
    className: signName(one[4]),
    label: exemplarTag(one[4], index),
    colour: layer === "pca" ? variant.exemplar_colours[index] : "",
  }));
  const found = shownDetections(variant, threshold).map((one) => ({
    box: one,
    className: "detection",
    label: one[4].toFixed(2),
  }));
  const detections = state.detections && layer !== "attention" && modeOf(state) !== "difference";
  const patch = (/** @type {number} */ cell, /** @type {string} */ className) => ({
    box: patchBox(model, cell),
    className,
    label: "",
  });
  const answer = selection !== null && layer === "similarity" ? scene.similarityOf(variant) : null;
  const near = answer ? nearest(variant.tokens, answer.cosines, answer.cell, NEAREST) : [];
  return [
    ...(detections ? found : []),
    ...(state.exemplars ? drawn.filter((_, index) => layer !== "attention" || index === box) : []),
    ...near.map(({ cell }) => patch(cell, "near")),
    ...(selection === null ? [] : [patch(selection, "patch")]),
  ];
}

/**
 * @param {import("./types.js").Model} model
 * @param {number} cell
 */
function patchBox({ width, height, variants }, cell) {
  const { tokens } = variants[0];
  const { u, v } = centreOf(tokens, cell);
  const [x, y] = [width / tokens.columns / 2, height / tokens.rows / 2];
  return [u * width - x, v * height - y, u * width + x, v * height + y];
}
