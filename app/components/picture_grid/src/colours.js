// @ts-check
import { tapPoints } from "./raster.js";

/** @typedef {string[]} Scale - evenly spaced colours as "#rrggbb", from the coldest to the hottest */

/** @param {string} hex */
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/**
 * One RGBA word for each of the 256 heats: the hotter, the denser, and nothing below the threshold.
 *
 * @param {Scale} scale
 * @param {number} opacity - of the hottest, in 0..1
 * @param {number} [threshold] - in 0..1
 * @returns {Uint32Array} with red in the lowest byte, as canvases hold them on every machine that has a browser
 */
export function colourTable(scale, opacity, threshold = 0) {
  const colours = scale.map(channels);
  const bytes = new Uint8ClampedArray(4 * 256);
  for (let heat = 0; heat < 256; heat++) {
    const [low, high, share] = tapPoints(heat / 255, colours.length);
    const colour = colours[low].map((from, channel) => from + share * (colours[high][channel] - from));
    const alpha = heat / 255 >= threshold ? opacity * heat : 0;
    bytes.set([...colour, alpha], 4 * heat);
  }
  return new Uint32Array(bytes.buffer);
}
