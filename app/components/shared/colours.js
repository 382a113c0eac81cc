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
    const alpha = heat / 255 >= threshold ? opacity * heat : 0;
    bytes.set([...mix(colours, heat / 255), alpha], 4 * heat);
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * One RGBA word for each of 256 differences from -1 (byte 0) to 1 (byte 255): the larger, the denser, and none is clear.
 *
 * @param {Scale} scale - whose middle means no difference
 * @param {number} opacity - of the largest, in 0..1
 * @returns {Uint32Array}
 */
export function divergingTable(scale, opacity) {
  const colours = scale.map(channels);
  const bytes = new Uint8ClampedArray(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    const size = Math.abs(byte - 127.5) / 127.5;
    const alpha = byte === 127 || byte === 128 ? 0 : 255 * opacity * Math.sqrt(size);
    bytes.set([...mix(colours, byte / 255), alpha], 4 * byte);
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * @param {number[][]} colours
 * @param {number} position - in 0..1
 */
function mix(colours, position) {
  const [low, high, share] = tapPoints(position, colours.length);
  return colours[low].map((from, channel) => from + share * (colours[high][channel] - from));
}
