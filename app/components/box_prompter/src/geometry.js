// @ts-check
// Pure geometry in pixels of the original image. Boxes are never changed in place.
import { clamp } from "../../shared/numbers.js";

/** @typedef {{x: number, y: number}} Point */
/** @typedef {[width: number, height: number]} Size */
/** @typedef {{x0: number, y0: number, x1: number, y1: number, label: number}} Box */
/** @typedef {{left: number, top: number, width: number, height: number}} Frame - the picture on the screen */

/** @param {number} value */
const tenth = (value) => Math.round(value * 10) / 10;

/**
 * Width and height.
 *
 * @param {Box} box
 * @returns {Size}
 */
export const span = (box) => [box.x1 - box.x0, box.y1 - box.y0];

/** @param {Box} box */
const area = (box) => (box.x1 - box.x0) * (box.y1 - box.y0);

/**
 * @param {Box} box
 * @param {Point} point
 * @returns {boolean}
 */
export const contains = (box, { x, y }) => x >= box.x0 && x <= box.x1 && y >= box.y0 && y <= box.y1;

/**
 * The point of the image under the pointer; beyond the border, the nearest on it.
 *
 * @param {{clientX: number, clientY: number}} event
 * @param {Frame} frame
 * @param {Size} size
 * @returns {Point}
 */
export function toImage(event, frame, [width, height]) {
  return {
    x: tenth(clamp((event.clientX - frame.left) / frame.width, 0, 1) * width),
    y: tenth(clamp((event.clientY - frame.top) / frame.height, 0, 1) * height),
  };
}

/**
 * The box with two opposite corners, in any order.
 *
 * @param {Point} a
 * @param {Point} b
 * @param {number} label
 * @returns {Box}
 */
export function boxBetween(a, b, label) {
  return { x0: Math.min(a.x, b.x), y0: Math.min(a.y, b.y), x1: Math.max(a.x, b.x), y1: Math.max(a.y, b.y), label };
}

/**
 * Shift a box, which stops at the border and keeps its size.
 *
 * @param {Box} box
 * @param {number} dx
 * @param {number} dy
 * @param {Size} size
 * @returns {Box}
 */
export function move(box, dx, dy, [width, height]) {
  const x = clamp(dx, -box.x0, width - box.x1);
  const y = clamp(dy, -box.y0, height - box.y1);
  return { ...box, x0: tenth(box.x0 + x), y0: tenth(box.y0 + y), x1: tenth(box.x1 + x), y1: tenth(box.y1 + y) };
}

/**
 * Shift some edges of a box; an edge stops at the border and one pixel before the opposite edge.
 *
 * @param {Box} box
 * @param {string} edges - of the compass, as "n" or "se"
 * @param {number} dx
 * @param {number} dy
 * @param {Size} size
 * @returns {Box}
 */
export function resize(box, edges, dx, dy, [width, height]) {
  const result = { ...box };
  if (edges.includes("w")) result.x0 = tenth(clamp(box.x0 + dx, 0, box.x1 - 1));
  if (edges.includes("e")) result.x1 = tenth(clamp(box.x1 + dx, box.x0 + 1, width));
  if (edges.includes("n")) result.y0 = tenth(clamp(box.y0 + dy, 0, box.y1 - 1));
  if (edges.includes("s")) result.y1 = tenth(clamp(box.y1 + dy, box.y0 + 1, height));
  return result;
}

/**
 * Index of the smallest box around a point, the first of equals; -1 where there is none.
 *
 * @param {readonly Box[]} boxes
 * @param {Point} point
 * @returns {number}
 */
export function smallestAt(boxes, point) {
  const hits = [...boxes.keys()].filter((index) => contains(boxes[index], point));
  return hits.length ? hits.reduce((best, index) => (area(boxes[index]) < area(boxes[best]) ? index : best)) : -1;
}

/**
 * @param {readonly Box[]} boxes
 * @param {number} index
 * @param {Box} box
 * @returns {Box[]}
 */
export const replaceAt = (boxes, index, box) => boxes.map((old, i) => (i === index ? box : old));

/**
 * @param {readonly Box[]} a
 * @param {readonly Box[]} b
 * @returns {boolean}
 */
export const areEqual = (a, b) => JSON.stringify(a) === JSON.stringify(b);
