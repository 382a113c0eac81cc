// @ts-check
// Pure maths from a grid of heat to pixels. A grid's cells are areas: values belong to their centres.
import { clamp } from "./numbers.js";

/** @typedef {{width: number, height: number, values: ArrayLike<number>}} Grid - values of 0..255, row by row */
/** @typedef {{u: number, v: number}} Point - its share of the picture's width and height */
/** @typedef {[low: number, high: number, share: number]} Tap - two neighbours and the share of the second */

/**
 * The two cells whose centres a position in 0..1 lies between.
 *
 * @param {number} position
 * @param {number} count
 * @returns {Tap}
 */
export const tapCells = (position, count) => tap(position * count - 0.5, count);

/**
 * The two points that a position in 0..1 lies between, of points that reach from 0 to 1.
 *
 * @param {number} position
 * @param {number} count
 * @returns {Tap}
 */
export const tapPoints = (position, count) => tap(position * (count - 1), count);

/**
 * @param {number} index - with its fraction
 * @param {number} count
 * @returns {Tap}
 */
function tap(index, count) {
  const at = clamp(index, 0, count - 1);
  const low = Math.floor(at);
  return [low, Math.min(low + 1, count - 1), at - low];
}

/**
 * Bytes of the grid at width x height, bilinear: along the rows, then down the columns.
 *
 * @param {Grid} grid
 * @param {number} width
 * @param {number} height
 * @returns {Uint8ClampedArray}
 */
export function upscale(grid, width, height) {
  const wide = new Float32Array(grid.height * width);
  for (let x = 0; x < width; x++) {
    const [left, right, share] = tapCells((x + 0.5) / width, grid.width);
    for (let row = 0; row < grid.height; row++) {
      const [a, b] = [grid.values[row * grid.width + left], grid.values[row * grid.width + right]];
      wide[row * width + x] = a + share * (b - a);
    }
  }
  const result = new Uint8ClampedArray(width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom, share] = tapCells((y + 0.5) / height, grid.height);
    for (let x = 0; x < width; x++) {
      const above = wide[top * width + x];
      result[y * width + x] = above + share * (wide[bottom * width + x] - above);
    }
  }
  return result;
}

/**
 * Heat in 0..1 at a point, by the interpolation of `upscale`.
 *
 * @param {Grid} grid
 * @param {Point} point
 * @returns {number}
 */
export function sample(grid, { u, v }) {
  const [left, right, x] = tapCells(u, grid.width);
  const [top, bottom, y] = tapCells(v, grid.height);
  const along = (/** @type {number} */ row) => {
    const from = grid.values[row * grid.width + left];
    return from + x * (grid.values[row * grid.width + right] - from);
  };
  return (along(top) + y * (along(bottom) - along(top))) / 255;
}
