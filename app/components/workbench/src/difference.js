// @ts-check
// Pure maths of two maps: where they differ, and how far they agree.
import { upscale } from "../../shared/raster.js";

/** @typedef {import("../../shared/raster.js").Grid} Grid */

const LIMITS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8];

/**
 * A grid's values at the size of another one.
 *
 * @param {Grid} grid
 * @param {Grid} like
 * @returns {ArrayLike<number>}
 */
const valuesLike = (grid, { width, height }) =>
  grid.width === width && grid.height === height ? grid.values : upscale(grid, width, height);

/**
 * a minus b on a symmetric scale: byte 0 is -limit, 127.5 no difference, 255 the limit.
 *
 * @param {Grid} a
 * @param {Grid} b
 * @returns {{grid: Grid, limit: number}} limit: the smallest round number that no difference exceeds
 */
export function difference(a, b) {
  const { width, height } = a;
  const other = valuesLike(b, a);
  const values = Float32Array.from(a.values, (value, i) => value - other[i]);
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 255;
  const limit = LIMITS.find((one) => most <= one + 1e-6) ?? 1;
  return { grid: { width, height, values: values.map((value) => 127.5 + value / limit / 2) }, limit };
}

/**
 * Correlation of two maps; 0 where one of them is the same everywhere.
 *
 * @param {Grid} a
 * @param {Grid} b
 * @returns {number} in -1..1
 */
export function correlation(a, b) {
  const [x, y] = [a.values, valuesLike(b, a)];
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i] - meanX, y[i] - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx && yy ? xy / Math.sqrt(xx * yy) : 0;
}

/** @param {ArrayLike<number>} values */
function mean(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
