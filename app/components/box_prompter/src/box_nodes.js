// @ts-check
import { button, node } from "../../shared/dom.js";
import { percent } from "../../shared/numbers.js";
import { exemplarTag, signName } from "../../shared/strings.js";
import { span } from "./geometry.js";

/** @typedef {import("./geometry.js").Box} Box */

const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const CROSS = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="m3 3 10 10M13 3 3 13"/></svg>';

/**
 * A box as a person sees it: its outline and its tag, which has a cross where the box is selected.
 *
 * @param {Box} box
 * @param {number} index
 * @param {object} scene
 * @param {import("./geometry.js").Size} scene.size - of the image
 * @param {HTMLElement} scene.frame - the picture on the screen
 * @param {boolean} scene.selected
 * @param {string} scene.removeTitle
 * @returns {HTMLElement[]}
 */
export function boxNodes(box, index, { size: [width, height], frame, selected, removeTitle }) {
  const classes = `${signName(box.label)}${selected ? " selected" : ""}`;
  const [left, top] = [percent(box.x0, width), percent(box.y0, height)];
  const handles = selected ? handleNodes(box, frame.clientWidth / width) : [];
  const place = { left, top, width: percent(box.x1 - box.x0, width), height: percent(box.y1 - box.y0, height) };
  const outline = node("div", `box ${classes}`, handles, place);
  const below = (box.y0 / height) * frame.clientHeight < (selected ? 34 : 20);
  const content = [exemplarTag(box.label, index), ...(selected ? [removeButton(removeTitle)] : [])];
  const tag = node("span", `tag ${classes}${below ? " below" : ""}`, content, { "--left": left, "--top": top });
  return [outline, tag];
}

/**
 * All eight, or the corners alone where the sides are too short to tell them apart.
 *
 * @param {Box} box
 * @param {number} scale - screen pixels a pixel of the image
 */
function handleNodes(box, scale) {
  const [wide, tall] = span(box).map((side) => side * scale > 44);
  const fits = (/** @type {string} */ edges) => edges.length === 2 || ("ns".includes(edges) ? wide : tall);
  return HANDLES.filter(fits).map((edges) => {
    const handle = node("span", "handle");
    handle.dataset.edges = edges;
    return handle;
  });
}

/** @param {string} title */
function removeButton(title) {
  const result = button("remove");
  Object.assign(result, { tabIndex: -1, title, innerHTML: CROSS });
  result.dataset.action = "remove";
  return result;
}
