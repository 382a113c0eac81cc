// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { colourTable } from "../../../app/components/shared/colours.js";

const SCALE = ["#000000", "#ff0000", "#ffff80"];

/** Red, green, blue and alpha of a heat. */
function rgba(/** @type {Uint32Array} */ table, /** @type {number} */ heat) {
  return [...new Uint8Array(table.buffer, 4 * heat, 4)];
}

test("the ends and the middle have the scale's own colours", () => {
  const table = colourTable(SCALE, 1);
  assert.equal(table.length, 256);
  assert.deepEqual(rgba(table, 0), [0, 0, 0, 0]);
  assert.deepEqual(rgba(table, 51), [102, 0, 0, 51]);
  assert.deepEqual(rgba(table, 204), [255, 153, 77, 204]);
  assert.deepEqual(rgba(table, 255), [255, 255, 128, 255]);
});

test("opacity is that of the hottest", () => {
  const table = colourTable(SCALE, 0.5);
  assert.deepEqual([100, 200].map((heat) => rgba(table, heat)[3]), [50, 100]);
});

test("heat below the threshold is clear, and at it is not", () => {
  const table = colourTable(SCALE, 1, 102 / 255);
  assert.deepEqual([101, 102, 103].map((heat) => rgba(table, heat)[3]), [0, 102, 103]);
});
