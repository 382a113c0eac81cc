// @ts-check
import { node } from "./dom.js";
import { percent } from "./numbers.js";
import { colourCanvas } from "./canvas.js";
import { upscale } from "./raster.js";

/** @typedef {import("./raster.js").Point} Point */
/**
 * @typedef {object} LabelledBox
 * @property {number[]} box - as [x0, y0, x1, y1, ...] in pixels
 * @property {string} className
 * @property {string} label
 * @property {string} [colour] - of a band along its edges; "" is none
 */

/**
 * What a frame shows: over the picture a grid that a table colours, or an image that has its own colours, or neither.
 *
 * @typedef {object} Contents
 * @property {string} source - of the picture
 * @property {[width: number, height: number]} size - of the original
 * @property {import("./raster.js").Grid | undefined} grid
 * @property {HTMLImageElement} [image] - drawn at `opacity` where there is no grid
 * @property {number} [opacity]
 * @property {LabelledBox[]} boxes
 */

/**
 * Picture, heat, boxes and cross hair on top of each other.
 *
 * @typedef {object} Frame
 * @property {HTMLElement} root
 * @property {HTMLImageElement} picture
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} boxes
 * @property {number} most - pixels of the canvas along a side
 * @property {Contents | null} contents
 * @property {Uint32Array | null} table - that colours the heat
 * @property {Uint32Array | null} painted - the table that has coloured the canvas
 * @property {Uint8ClampedArray | null} heats - one a pixel of the canvas
 */

/** @type {WeakMap<Element, Frame>} */
const frames = new WeakMap();

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const frame = frames.get(target);
    if (frame) paint(frame);
  }
});

/**
 * Make an empty frame. Its canvas is coloured again when its size changes.
 *
 * @param {number} [most] - pixels of its canvas along a side, for frames that become large under a zoom
 * @returns {Frame}
 */
export function makeFrame(most = Infinity) {
  const [picture, canvas, boxes] = [node("img", "picture"), node("canvas", "heat"), node("span", "boxes")];
  picture.alt = "";
  const root = node("span", "frame", [picture, canvas, boxes, node("i", "cross")]);
  const frame = { root, picture, canvas, boxes, most, contents: null, table: null, painted: null, heats: null };
  frames.set(root, frame);
  sizes.observe(root);
  return frame;
}

/** @param {Frame} frame */
export const dropFrame = ({ root }) => sizes.unobserve(root);

/**
 * @param {Frame} frame
 * @param {Contents} contents
 * @param {Uint32Array} table
 */
export function fill(frame, contents, table) {
  const { source, size, grid, boxes } = contents;
  if (frame.picture.getAttribute("src") !== source) frame.picture.src = source;
  frame.root.style.setProperty("--width", String(size[0]));
  frame.root.style.setProperty("--height", String(size[1]));
  frame.boxes.replaceChildren(...boxes.map((box) => boxNode(box, size)));
  if (frame.contents?.grid !== grid) frame.heats = null;
  Object.assign(frame, { contents, table });
  paint(frame);
}

/** @param {Frame} frame */
function paint(frame) {
  const { canvas, root, table, contents } = frame;
  const { grid, image, opacity = 1 } = contents ?? {};
  canvas.hidden = !grid && !image;
  const ratio = Math.min(devicePixelRatio, 2, frame.most / Math.max(root.clientWidth, root.clientHeight));
  const [width, height] = [root.clientWidth, root.clientHeight].map((side) => Math.round(side * ratio));
  if (canvas.hidden || !table || !width || !height) return; // without a size: painted when it gets one
  if (!grid) return image && paintImage(frame, image, [width, height], opacity);
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    frame.heats = null;
  } else if (frame.heats && frame.painted === table) return;
  frame.heats ??= upscale(grid, width, height);
  frame.painted = table;
  colourCanvas(canvas, frame.heats, table);
}

/**
 * @param {Frame} frame
 * @param {HTMLImageElement} image
 * @param {[width: number, height: number]} size
 * @param {number} opacity
 */
function paintImage(frame, image, [width, height], opacity) {
  frame.heats = null;
  Object.assign(frame.canvas, { width, height }); // which clears it, too
  const context = frame.canvas.getContext("2d");
  if (!context) return;
  context.globalAlpha = opacity;
  context.drawImage(image, 0, 0, width, height);
}

/**
 * @param {LabelledBox} box
 * @param {[width: number, height: number]} size
 */
function boxNode({ box: [x0, y0, x1, y1], className, label, colour }, [width, height]) {
  /** @type {Record<string, string>} */
  const style = {
    left: percent(x0, width),
    top: percent(y0, height),
    width: percent(x1 - x0, width),
    height: percent(y1 - y0, height),
  };
  if (colour) style["--band"] = colour;
  const beside = y0 / height >= 0.1 ? "above" : y1 / height <= 0.9 ? "beneath" : "within";
  const start = x0 / width > 0.85 ? "end" : "start";
  const band = colour ? "banded" : "";
  return node("span", `box ${className} ${beside} ${start} ${band}`, node("span", "tag", label), style);
}

/**
 * Mark the boxes under a point; null marks none.
 *
 * @param {Frame} frame
 * @param {Point | null} point
 */
export function lightUp({ boxes, contents }, point) {
  if (!contents) return;
  const [width, height] = contents.size;
  const [x, y] = point ? [point.u * width, point.v * height] : [NaN, NaN];
  contents.boxes.forEach(({ box: [x0, y0, x1, y1] }, index) => {
    boxes.children[index].classList.toggle("under", x >= x0 && x <= x1 && y >= y0 && y <= y1);
  });
}

/**
 * Where the pointer is in a frame; null outside of it.
 *
 * @param {Frame} frame
 * @param {PointerEvent} event
 * @returns {Point | null}
 */
export function pointIn({ root }, event) {
  const box = root.getBoundingClientRect();
  const [u, v] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  return u >= 0 && u < 1 && v >= 0 && v < 1 ? { u, v } : null;
}
