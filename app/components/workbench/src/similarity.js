// @ts-check
// Pure maths of tokens: a grid of unit vectors, and the cosines between them.
import { clamp } from "../../shared/numbers.js";

/** @typedef {import("./types.js").PackedTokens} PackedTokens */
/** @typedef {import("../../shared/raster.js").Point} Point */
/** @typedef {{columns: number, rows: number}} Cells */
/** @typedef {Cells & {channels: number, vectors: Float32Array}} Tokens - unit vectors, cell after cell, row by row */
/** @typedef {{cell: number, cosine: number}} Neighbour */

/**
 * Unit vectors of tokens that were sent as one byte a channel.
 *
 * @param {ArrayBuffer} buffer
 * @param {PackedTokens} packed
 * @returns {Tokens}
 * @throws {Error} there are more or fewer bytes than promised
 */
export function unpack(buffer, { columns, rows, channels, scales }) {
  const bytes = new Int8Array(buffer);
  const count = columns * rows;
  if (bytes.length !== count * channels) {
    throw new Error(`${bytes.length} bytes are not ${columns} x ${rows} tokens of ${channels} channels.`);
  }
  const vectors = new Float32Array(bytes.length);
  for (let cell = 0; cell < count; cell++) {
    let squares = 0;
    for (let at = cell * channels, i = 0; i < channels; at++, i++) {
      vectors[at] = bytes[at] * scales[i];
      squares += vectors[at] ** 2;
    }
    const length = Math.sqrt(squares) || 1; // a token of zeros is near nothing
    for (let at = cell * channels, i = 0; i < channels; at++, i++) vectors[at] /= length;
  }
  return { columns, rows, channels, vectors };
}

/**
 * Cosine of one cell's token with every token.
 *
 * @param {Tokens} tokens
 * @param {number} cell
 * @returns {Float32Array}
 */
export function cosinesOf({ columns, rows, channels, vectors }, cell) {
  const asked = vectors.subarray(cell * channels, (cell + 1) * channels);
  const result = new Float32Array(columns * rows);
  for (let other = 0, at = 0; other < result.length; other++) {
    let sum = 0;
    for (let i = 0; i < channels; i++, at++) sum += asked[i] * vectors[at];
    result[other] = sum;
  }
  return result;
}

/**
 * The cells of the largest cosines, the largest first; neither the cell itself nor the eight around it.
 *
 * @param {Cells} cells
 * @param {Float32Array} cosines
 * @param {number} cell
 * @param {number} count
 * @returns {Neighbour[]}
 */
export function nearest({ columns }, cosines, cell, count) {
  const [column, row] = [cell % columns, Math.floor(cell / columns)];
  /** @type {Neighbour[]} */
  const best = [];
  cosines.forEach((cosine, other) => {
    if (best.length === count && cosine <= best[count - 1].cosine) return;
    if (Math.abs((other % columns) - column) <= 1 && Math.abs(Math.floor(other / columns) - row) <= 1) return;
    const place = best.findIndex((one) => one.cosine < cosine);
    best.splice(place < 0 ? best.length : place, 0, { cell: other, cosine });
    best.length = Math.min(best.length, count);
  });
  return best;
}

/**
 * @param {Cells} cells
 * @param {Point} point
 * @returns {number}
 */
export function cellAt({ columns, rows }, { u, v }) {
  const [column, row] = [clamp(Math.floor(u * columns), 0, columns - 1), clamp(Math.floor(v * rows), 0, rows - 1)];
  return row * columns + column;
}

/**
 * @param {Cells} cells
 * @param {number} cell
 * @returns {Point}
 */
export const centreOf = ({ columns, rows }, cell) => ({
  u: ((cell % columns) + 0.5) / columns,
  v: (Math.floor(cell / columns) + 0.5) / rows,
});
