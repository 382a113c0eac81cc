// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { cellAt, centreOf, cosinesOf, nearest, unpack } from "../../../app/components/workbench/src/similarity.js";

/** Bytes that look random and are the same in every run. */
function bytes(/** @type {number} */ count) {
  let seed = 7;
  return Int8Array.from({ length: count }, () => {
    seed = (seed * 48271) % 2147483647;
    return (seed % 255) - 127;
  });
}

function packed(columns = 6, rows = 4, channels = 5) {
  const scales = Array.from({ length: channels }, (_, i) => 0.5 / (i + 1));
  return { url: "", columns, rows, channels, scales, share: 1, error: 0 };
}

/** Every pair by a slow loop over numbers of full precision. */
function slowCosine(/** @type {Int8Array} */ values, /** @type {number[]} */ scales, /** @type {number[]} */ cells) {
  const [a, b] = cells.map((cell) => scales.map((scale, i) => scale * values[cell * scales.length + i]));
  const dot = (/** @type {number[]} */ x, /** @type {number[]} */ y) => x.reduce((sum, one, i) => sum + one * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

test("cosines are those of a slow loop", () => {
  const [form, values] = [packed(), bytes(6 * 4 * 5)];
  const tokens = unpack(values.buffer, form);
  for (const cell of [0, 9, 23]) {
    const cosines = cosinesOf(tokens, cell);
    assert.equal(cosines.length, 24);
    cosines.forEach((cosine, other) => {
      assert.ok(Math.abs(cosine - slowCosine(values, form.scales, [cell, other])) < 1e-6);
    });
    assert.ok(Math.abs(cosines[cell] - 1) < 1e-6);
  }
});

test("a token of zeros is near nothing, itself neither", () => {
  const values = bytes(6 * 4 * 5).fill(0, 0, 5);
  const tokens = unpack(values.buffer, packed());
  assert.deepEqual([...cosinesOf(tokens, 0)], Array(24).fill(0));
});

test("other bytes than promised are refused", () => {
  assert.throws(() => unpack(new ArrayBuffer(7), packed()), /7 bytes are not 6 x 4 tokens of 5 channels/);
});

test("the nearest are those of a full sort, without the cell and the eight around it", () => {
  const [columns, rows] = [6, 4];
  const cosines = cosinesOf(unpack(bytes(6 * 4 * 5).buffer, packed()), 8);
  const around = [1, 2, 3, 7, 8, 9, 13, 14, 15];
  const sorted = [...cosines].map((cosine, cell) => ({ cell, cosine })).filter(({ cell }) => !around.includes(cell));
  sorted.sort((a, b) => b.cosine - a.cosine);
  assert.deepEqual(nearest({ columns, rows }, cosines, 8, 6), sorted.slice(0, 6));
  assert.equal(nearest({ columns, rows }, cosines, 8, 99).length, 15);
});

test("at the border the neighbourhood does not go round to the other side", () => {
  const cosines = new Float32Array(12).fill(0.5);
  const cells = nearest({ columns: 4, rows: 3 }, cosines, 4, 99).map(({ cell }) => cell);
  assert.deepEqual(cells, [2, 3, 6, 7, 10, 11]);
});

test("a point belongs to the cell whose centre is next, and the border to the last", () => {
  const cells = { columns: 4, rows: 3 };
  for (let cell = 0; cell < 12; cell++) assert.equal(cellAt(cells, centreOf(cells, cell)), cell);
  assert.deepEqual([{ u: 1, v: 1 }, { u: -1, v: 0.5 }].map((point) => cellAt(cells, point)), [11, 4]);
});

test("eight variants of 1536 tokens answer far within 100 ms", () => {
  const tokens = unpack(bytes(48 * 32 * 64).buffer, packed(48, 32, 64));
  cosinesOf(tokens, 0);
  const start = performance.now();
  for (let i = 0; i < 8; i++) nearest(tokens, cosinesOf(tokens, 700 + i), 700 + i, 6);
  assert.ok(performance.now() - start < 100);
});
