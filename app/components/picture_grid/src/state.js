// @ts-check

/** @typedef {import("../../shared/raster.js").Grid} Grid */
/** @typedef {"heat" | "attention"} View */
/** @typedef {[x0: number, y0: number, x1: number, y1: number, score: number]} Detection */
/** @typedef {[x0: number, y0: number, x1: number, y1: number, label: number]} Exemplar */

/**
 * One variant, the wire form of `Cell` in component.py.
 *
 * @typedef {object} Variant
 * @property {string} name
 * @property {string} title
 * @property {string} summary
 * @property {string} heat - data URI
 * @property {Detection[]} detections
 * @property {string[] | null} attention - data URIs, one an exemplar
 * @property {number | null} attention_change - most that the heat changes where attention is uniform
 * @property {string} note
 */

/**
 * The wire form of `PictureMatrix` in component.py.
 *
 * @typedef {object} Value
 * @property {string} picture - data URI
 * @property {number} width
 * @property {number} height
 * @property {Variant[]} variants
 * @property {Exemplar[]} exemplars
 * @property {string | null} reference - data URI
 * @property {number | null} reference_width
 * @property {number | null} reference_height
 * @property {string | null} open - name of a variant
 */

/**
 * @typedef {object} Props
 * @property {Value | "" | null} value - Gradio sends "" where there is no value
 * @property {import("../../shared/strings.js").Texts} strings
 * @property {Record<string, import("../../shared/colours.js").Scale>} colour_scales
 */

/** @type {View[]} */
export const VIEWS = ["heat", "attention"];

/**
 * @param {Variant} variant
 * @returns {boolean}
 */
export const hasAttention = ({ attention }) => Boolean(attention?.length);

/**
 * @param {Variant} variant
 * @param {View} view
 * @returns {boolean}
 */
export const hasView = (variant, view) => view === "heat" || hasAttention(variant);

export function createState() {
  return {
    /** @type {Value | null} what is on the screen */
    value: null,
    /** @type {Map<string, Grid>} by data URI, of the value on the screen */
    grids: new Map(),
    /** @type {Map<string, import("./columns.js").Column>} by name of the variant */
    columns: new Map(),
    /** @type {Set<string>} names of variants; stays when the value changes */
    hidden: new Set(),
    /** Whose attention is on the screen. */
    exemplar: 0,
    /** @type {{name: string, view: View} | null} what the dialog shows while it is open */
    large: null,
    /** Values come faster than pictures decode: only the last one is shown. */
    turn: 0,
    settings: { colours: "inferno", opacity: 0.8, threshold: 0, detections: true, exemplars: true, colour: false },
    /** @type {Record<View, Uint32Array>} */
    tables: { heat: new Uint32Array(256), attention: new Uint32Array(256) },
  };
}

/** @typedef {ReturnType<typeof createState>} State */
/** @typedef {State["settings"]} Settings */

/**
 * The variants on the screen, from left to right.
 *
 * @param {State} state
 * @returns {Variant[]}
 */
export const visibleVariants = ({ value, hidden }) => (value?.variants ?? []).filter(({ name }) => !hidden.has(name));

/**
 * The column of a variant that is on the screen.
 *
 * @param {State} state
 * @param {string} name
 * @returns {import("./columns.js").Column}
 */
export function columnOf({ columns }, name) {
  const column = columns.get(name);
  if (!column) throw new Error(`There is no column for ${name}.`);
  return column;
}
