// @ts-check
// What a result is made from, as a few characters: `app/services/stamps.py` makes the same from the same.

/** @typedef {{image?: {path: string} | null, boxes?: {x0: number, y0: number, x1: number, y1: number, label: number}[]}} Prompt */

/** The event that a box drawer sends through the page when its picture or boxes have changed; `detail` is a Prompt's stamp. */
export const PROMPT_EVENT = "sam3viz:prompt";

/**
 * FNV-1a of a text's UTF-8 bytes, in 32 bits.
 *
 * @param {string} text
 * @returns {string} eight hexadecimal digits
 */
export function fingerprint(text) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/**
 * Picture and boxes, to a hundredth of a pixel, as two fingerprints: PICTURE.BOXES.
 *
 * @param {Prompt | null} prompt
 * @returns {string}
 */
export function stampPrompt(prompt) {
  const boxes = (prompt?.boxes ?? []).map(({ x0, y0, x1, y1, label }) =>
    [...[x0, y0, x1, y1].map((side) => Math.floor(100 * side + 0.5)), label].join(","),
  );
  return `${fingerprint(prompt?.image?.path ?? "")}.${fingerprint(boxes.join(";"))}`;
}
