// @ts-check
import { exemplarTag, signName } from "../../shared/strings.js";

/**
 * @param {import("./state.js").State} state
 * @param {import("./state.js").Variant} variant
 * @param {import("./state.js").View} view
 * @returns {import("../../shared/frame.js").Contents}
 */
export function contentsOf({ value, grids, settings, exemplar }, variant, view) {
  if (!value) throw new Error("There is nothing to show.");
  const { picture, width, height, reference, reference_width, reference_height } = value;
  const exemplars = value.exemplars.map((box, index) => ({
    box,
    className: signName(box[4]),
    label: exemplarTag(box[4], index),
  }));
  if (view === "heat") {
    const detections = variant.detections.map((box) => ({ box, className: "detection", label: box[4].toFixed(2) }));
    const boxes = [
      ...(settings.detections ? detections : []),
      ...(settings.exemplars && !reference ? exemplars : []),
    ];
    return { source: picture, size: [width, height], grid: grids.get(variant.heat), boxes };
  }
  return {
    source: reference ?? picture,
    size: reference ? [reference_width ?? 1, reference_height ?? 1] : [width, height],
    grid: grids.get(variant.attention?.[exemplar] ?? ""),
    boxes: settings.exemplars ? [exemplars[exemplar]] : [],
  };
}
