// @ts-check
// Pure maths of the zoom, in shares of the view and of the picture, which have one shape.
import { clamp } from "../../shared/numbers.js";

/** @typedef {{scale: number, x: number, y: number}} Zoom - x and y: the point of the picture at the view's corner */

/** @type {Zoom} */
export const WHOLE = { scale: 1, x: 0, y: 0 };
const MOST = 16;

/**
 * @param {Zoom} zoom
 * @returns {Zoom} as near as the picture fills the view
 */
function held({ scale, x, y }) {
  const rest = 1 - 1 / scale;
  return { scale, x: clamp(x, 0, rest), y: clamp(y, 0, rest) };
}

/**
 * Zoom by a factor so that the point of the picture at (p, q) of the view stays there.
 *
 * @param {Zoom} zoom
 * @param {number} factor
 * @param {number} p
 * @param {number} q
 * @returns {Zoom}
 */
export function zoomAt({ scale, x, y }, factor, p, q) {
  const next = clamp(scale * factor, 1, MOST);
  return held({ scale: next, x: x + p / scale - p / next, y: y + q / scale - q / next });
}

/**
 * Move the picture by a share of the view.
 *
 * @param {Zoom} zoom
 * @param {number} dp
 * @param {number} dq
 * @returns {Zoom}
 */
export const panBy = ({ scale, x, y }, dp, dq) => held({ scale, x: x - dp / scale, y: y - dq / scale });
