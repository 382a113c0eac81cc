// @ts-check

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 * @returns {number}
 */
export const clamp = (value, low, high) => Math.max(low, Math.min(value, high));

/**
 * A CSS percentage.
 *
 * @param {number} part
 * @param {number} [whole]
 * @returns {string}
 */
export const percent = (part, whole = 1) => `${(100 * part) / whole}%`;
