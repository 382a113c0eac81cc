// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { sample, tapCells, tapPoints, upscale } from "../../../app/components/shared/raster.js";

/** @typedef {import("../../../app/components/shared/raster.js").Grid} Grid */

/** @type {Grid} */
const GRID = { width: 3, height: 2, values: [0, 100, 200, 50, 250, 30] };

/** Bilinear by a triangle over every cell's centre, the border's cells reaching on for ever. */
function slowly(/** @type {Grid} */ { width, height, values }, /** @type {number} */ u, /** @type {number} */ v) {
  const weight = (/** @type {number} */ at, /** @type {number} */ i, /** @type {number} */ count) =>
    Math.max(0, 1 - Math.abs(Math.max(0, Math.min(at * count - 0.5, count - 1)) - i));
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) sum += weight(u, x, width) * weight(v, y, height) * values[y * width + x];
  }
  return sum;
}

test("a position lies between the centres of two cells", () => {
  assert.deepEqual(tapCells(0, 4), [0, 1, 0]);
  assert.deepEqual(tapCells(0.125, 4), [0, 1, 0]);
  assert.deepEqual(tapCells(0.5, 4), [1, 2, 0.5]);
  assert.deepEqual(tapCells(1, 4), [3, 3, 0]);
  assert.deepEqual(tapCells(0.7, 1), [0, 0, 0]);
});

test("points reach from 0 to 1", () => {
  assert.deepEqual(tapPoints(0, 5), [0, 1, 0]);
  assert.deepEqual(tapPoints(0.125, 5), [0, 1, 0.5]);
  assert.deepEqual(tapPoints(1, 5), [4, 4, 0]);
});

for (const [width, height] of [[3, 2], [12, 8], [7, 5], [2, 1]]) {
  test(`${width} x ${height} pixels are what a slow loop gives`, () => {
    const pixels = upscale(GRID, width, height);
    assert.equal(pixels.length, width * height);
    pixels.forEach((value, i) => {
      const [u, v] = [((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height];
      assert.ok(Math.abs(value - slowly(GRID, u, v)) <= 0.501, `${value} at ${u}, ${v}`);
    });
  });
}

test("at its own size a grid stays as it is", () => {
  assert.deepEqual([...upscale(GRID, 3, 2)], GRID.values);
});

test("a sample is the same interpolation in 0..1", () => {
  for (const [u, v] of [[0, 0], [0.4, 0.6], [0.99, 0.2], [1, 1]]) {
    assert.ok(Math.abs(sample(GRID, { u, v }) - slowly(GRID, u, v) / 255) < 1e-12);
  }
  assert.equal(sample(GRID, { u: 0.5, v: 0.25 }), 100 / 255);
});
