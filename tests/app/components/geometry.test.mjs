// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  areEqual,
  boxBetween,
  contains,
  move,
  replaceAt,
  resize,
  smallestAt,
  span,
  toImage,
} from "../../../app/components/box_prompter/src/geometry.js";

/** @type {[number, number]} */
const SIZE = [600, 400];

/** @returns {import("../../../app/components/box_prompter/src/geometry.js").Box} */
const box = (/** @type {number} */ x0, /** @type {number} */ y0, /** @type {number} */ x1, /** @type {number} */ y1) => ({
  ...{ x0, y0, x1, y1 },
  label: -1,
});

test("the pointer is a point of the image to a tenth of a pixel, clamped to the border", () => {
  const frame = { left: 10, top: 20, width: 300, height: 200 };
  assert.deepEqual(toImage({ clientX: 160, clientY: 70 }, frame, SIZE), { x: 300, y: 100 });
  assert.deepEqual(toImage({ clientX: 10.12, clientY: 20 }, frame, SIZE), { x: 0.2, y: 0 });
  assert.deepEqual(toImage({ clientX: -5, clientY: 999 }, frame, SIZE), { x: 0, y: 400 });
});

test("a box may be drawn from any corner", () => {
  const corners = [{ x: 30, y: 10 }, { x: 5, y: 40 }];
  const expected = box(5, 10, 30, 40);
  assert.deepEqual(boxBetween(corners[0], corners[1], -1), expected);
  assert.deepEqual(boxBetween(corners[1], corners[0], -1), expected);
  assert.deepEqual(span(expected), [25, 30]);
});

for (const [dx, dy, x0, y0] of [
  [30.5, -10, 130.5, 90],
  [900, 0, 400, 100],
  [-900, -900, 0, 0],
  [0, 900, 100, 300],
]) {
  test(`moved by ${dx}, ${dy} a box keeps its size and stays inside`, () => {
    assert.deepEqual(move(box(100, 100, 300, 200), dx, dy, SIZE), box(x0, y0, x0 + 200, y0 + 100));
  });
}

/** @type {[string, number, number, number[]][]} */
const RESIZED = [
  ["nw", -20, 10, [180, 110, 400, 300]],
  ["n", 30, -20, [200, 80, 400, 300]],
  ["e", 50, 30, [200, 100, 450, 300]],
  ["se", 900, 900, [200, 100, 600, 400]],
  ["w", 900, 0, [399, 100, 400, 300]],
  ["s", 0, -900, [200, 100, 400, 101]],
];
for (const [edges, dx, dy, corners] of RESIZED) {
  test(`${edges} resized by ${dx}, ${dy} stays inside and does not turn over`, () => {
    const [x0, y0, x1, y1] = corners;
    assert.deepEqual(resize(box(200, 100, 400, 300), edges, dx, dy, SIZE), box(x0, y0, x1, y1));
  });
}

test("nothing is changed in place", () => {
  const boxes = Object.freeze([Object.freeze(box(0, 0, 9, 9)), Object.freeze(box(1, 1, 4, 4))]);
  move(boxes[0], 5, 5, SIZE);
  resize(boxes[0], "se", 5, 5, SIZE);
  assert.deepEqual(replaceAt(boxes, 1, box(2, 2, 3, 3)), [boxes[0], box(2, 2, 3, 3)]);
  assert.ok(areEqual(boxes, [box(0, 0, 9, 9), box(1, 1, 4, 4)]));
  assert.ok(!areEqual(boxes, boxes.slice(1)));
});

test("a click hits the smallest box around it, the first of equals, or none", () => {
  const boxes = [box(0, 0, 100, 100), box(20, 20, 40, 40), box(30, 30, 50, 50)];
  assert.equal(smallestAt(boxes, { x: 80, y: 80 }), 0);
  assert.equal(smallestAt(boxes, { x: 35, y: 35 }), 1);
  assert.equal(smallestAt(boxes, { x: 45, y: 45 }), 2);
  assert.equal(smallestAt(boxes, { x: 101, y: 50 }), -1);
  assert.ok(contains(boxes[0], { x: 100, y: 0 })); // the border belongs to it
});
