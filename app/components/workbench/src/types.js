// @ts-check

/** @typedef {"heat" | "attention" | "similarity" | "pca" | "picture"} Layer */
/** @typedef {"side" | "wipe" | "blink" | "difference"} Mode */
/** @typedef {"a" | "b"} Side */
/** @typedef {[x0: number, y0: number, x1: number, y1: number, score: number]} Detection */
/** @typedef {[x0: number, y0: number, x1: number, y1: number, label: number]} Exemplar */

/**
 * The wire form of `PackedTokens` in component.py.
 *
 * @typedef {object} PackedTokens
 * @property {string} url
 * @property {number} columns
 * @property {number} rows
 * @property {number} channels
 * @property {number[]} scales
 * @property {number} share
 * @property {number} error
 */

/**
 * The wire form of `VariantView` in component.py.
 *
 * @typedef {object} Variant
 * @property {string} name
 * @property {string} title
 * @property {string} summary
 * @property {string} note
 * @property {string} heat - data URI
 * @property {Detection[]} detections
 * @property {string[] | null} attention - data URIs, one an exemplar
 * @property {number | null} attention_change
 * @property {string} rgb - data URI
 * @property {string[]} exemplar_colours - one an exemplar
 * @property {PackedTokens} tokens
 */

/**
 * The wire form of `WorkbenchModel` in component.py.
 *
 * @typedef {object} Model
 * @property {string} key
 * @property {string} picture - data URI
 * @property {number} width
 * @property {number} height
 * @property {Variant[]} variants
 * @property {Exemplar[]} exemplars
 */

/**
 * A model whose pictures are decoded.
 *
 * @typedef {object} Loaded
 * @property {Model} model
 * @property {HTMLImageElement} picture
 * @property {Map<string, import("../../shared/raster.js").Grid>} grids - by data URI
 * @property {Map<string, HTMLImageElement>} images - by data URI
 */

/**
 * Colours as "#rrggbb".
 *
 * @typedef {object} Scales
 * @property {Record<string, import("../../shared/colours.js").Scale>} heat - by name, from the coldest to the hottest
 * @property {import("../../shared/colours.js").Scale} difference - from B higher to A higher
 */

export {};
