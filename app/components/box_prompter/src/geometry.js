// Pure geometry. A box is {x0, y0, x1, y1, label} in pixels of the original image.

const clamp = (value, low, high) => Math.max(low, Math.min(value, high));
const tenth = (value) => Math.round(value * 10) / 10;
const span = (box) => [box.x1 - box.x0, box.y1 - box.y0];
const area = (box) => (box.x1 - box.x0) * (box.y1 - box.y0);
const contains = (box, { x, y }) => x >= box.x0 && x <= box.x1 && y >= box.y0 && y <= box.y1;

function toImage(event, frame, [width, height]) {
  return {
    x: tenth(clamp((event.clientX - frame.left) / frame.width, 0, 1) * width),
    y: tenth(clamp((event.clientY - frame.top) / frame.height, 0, 1) * height),
  };
}

function boxBetween(a, b, label) {
  return { x0: Math.min(a.x, b.x), y0: Math.min(a.y, b.y), x1: Math.max(a.x, b.x), y1: Math.max(a.y, b.y), label };
}

function moved(box, dx, dy, [width, height]) {
  const x = clamp(dx, -box.x0, width - box.x1);
  const y = clamp(dy, -box.y0, height - box.y1);
  return { ...box, x0: tenth(box.x0 + x), y0: tenth(box.y0 + y), x1: tenth(box.x1 + x), y1: tenth(box.y1 + y) };
}

function resized(box, edges, dx, dy, [width, height]) {
  const result = { ...box };
  if (edges.includes("w")) result.x0 = tenth(clamp(box.x0 + dx, 0, box.x1 - 1));
  if (edges.includes("e")) result.x1 = tenth(clamp(box.x1 + dx, box.x0 + 1, width));
  if (edges.includes("n")) result.y0 = tenth(clamp(box.y0 + dy, 0, box.y1 - 1));
  if (edges.includes("s")) result.y1 = tenth(clamp(box.y1 + dy, box.y0 + 1, height));
  return result;
}

function smallestAt(boxes, point) {
  const hits = boxes.map((box, index) => index).filter((index) => contains(boxes[index], point));
  return hits.length ? hits.reduce((best, index) => (area(boxes[index]) < area(boxes[best]) ? index : best)) : -1;
}

const replaced = (boxes, index, box) => boxes.map((old, i) => (i === index ? box : old));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
