// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { divergingTable } from "../../../app/components/shared/colours.js";
import { correlation, difference } from "../../../app/components/workbench/src/difference.js";
import { pairOf, sorted } from "../../../app/components/workbench/src/order.js";
import { panBy, WHOLE, zoomAt } from "../../../app/components/workbench/src/zoom.js";

/** @returns {import("../../../app/components/shared/raster.js").Grid & {values: number[]}} */
const grid = (/** @type {number[]} */ values, width = values.length) => ({
  ...{ width, height: values.length / width },
  values,
});

test("a difference lies on a symmetric scale whose limit is the next round number", () => {
  const { grid: result, limit } = difference(grid([255, 51, 0, 100]), grid([204, 102, 0, 100]));
  assert.equal(limit, 0.2);
  assert.deepEqual(Array.from(result.values), [255, 0, 127.5, 127.5]);
  assert.equal(difference(grid([255]), grid([0])).limit, 1);
  assert.equal(difference(grid([9]), grid([9])).limit, 0.05);
});

test("the smaller of two grids is brought to the size of the first", () => {
  const { grid: result } = difference(grid([100, 100, 100, 100], 2), grid([100]));
  assert.deepEqual([result.width, result.height, ...Array.from(result.values)], [2, 2, 127.5, 127.5, 127.5, 127.5]);
});

test("no difference is clear, and both ends have the scale's colours", () => {
  const table = divergingTable(["#ff8000", "#ffffff", "#8000ff"], 0.8);
  const rgba = (/** @type {number} */ byte) => [...new Uint8Array(table.buffer, 4 * byte, 4)];
  assert.deepEqual([rgba(0), rgba(255)], [[255, 128, 0, 204], [128, 0, 255, 204]]);
  assert.deepEqual([rgba(127)[3], rgba(128)[3]], [0, 0]);
});

test("maps that go together correlate, and an even map with nothing", () => {
  const map = grid([0, 50, 100, 250]);
  assert.ok(Math.abs(correlation(map, grid([10, 35, 60, 135])) - 1) < 1e-9);
  assert.ok(Math.abs(correlation(map, grid([250, 200, 150, 0])) + 1) < 1e-9);
  assert.equal(correlation(map, grid([7, 7, 7, 7])), 0);
});

test("the point under the cursor stays where it is while zooming", () => {
  const at = (/** @type {import("../../../app/components/workbench/src/zoom.js").Zoom} */ zoom) => [
    zoom.x + 0.3 / zoom.scale,
    zoom.y + 0.8 / zoom.scale,
  ];
  const once = zoomAt(WHOLE, 2, 0.3, 0.8);
  const twice = zoomAt(once, 1.5, 0.3, 0.8);
  assert.equal(twice.scale, 3);
  for (const zoom of [once, twice]) at(zoom).forEach((one, i) => assert.ok(Math.abs(one - [0.3, 0.8][i]) < 1e-12));
});

test("the zoom is held between the whole picture and 16 times, and the picture fills the view", () => {
  assert.deepEqual(zoomAt(zoomAt(WHOLE, 4, 1, 1), 0.01, 0, 0), WHOLE);
  assert.equal(zoomAt(WHOLE, 99, 0.5, 0.5).scale, 16);
  assert.deepEqual(panBy(zoomAt(WHOLE, 4, 0, 0), -9, 0.5), { scale: 4, x: 0.75, y: 0 });
  assert.deepEqual(panBy(WHOLE, 0.5, 0.5), WHOLE);
});

test("dragging by a view's width moves the picture by what the view shows", () => {
  assert.deepEqual(panBy({ scale: 4, x: 0.5, y: 0.5 }, 1, -0.5), { scale: 4, x: 0.25, y: 0.625 });
});

const VARIANTS = [["raw", 1], ["base", 0], ["unified", 3], ["last", 1]].map(([name, count]) => ({
  name: String(name),
  detections: Array(Number(count)).fill(0),
}));

test("A is the last and B the first until somebody chooses; a name that is gone falls back", () => {
  const pair = (a = "", b = "") => Object.values(pairOf(VARIANTS, { a, b })).join(" ");
  assert.equal(pair(), "last raw");
  assert.equal(pair("unified", "base"), "unified base");
  assert.equal(pair("gone", "last"), "unified last");
  assert.equal(pair("raw", "gone"), "raw base");
  assert.equal(Object.values(pairOf(VARIANTS.slice(0, 1), { a: "", b: "" })).join(" "), "raw raw");
});

test("cards are sorted by what finds most, or agrees most, and as registered among equals", () => {
  const names = (/** @type {string} */ by) => sorted(VARIANTS, by, ({ name }) => name.length).map(({ name }) => name);
  assert.deepEqual(names("registered"), ["raw", "base", "unified", "last"]);
  assert.deepEqual(names("detections"), ["unified", "raw", "last", "base"]);
  assert.deepEqual(names("agreement"), ["unified", "base", "last", "raw"]);
});
