// @ts-check
import { colourTable, divergingTable } from "../../shared/colours.js";
import { sample } from "../../shared/raster.js";
import { difference } from "./difference.js";
import { cellAt, cosinesOf } from "./similarity.js";

/** @typedef {import("./types.js").Variant} Variant */
/** @typedef {import("../../shared/raster.js").Grid} Grid */
/** @typedef {import("../../shared/raster.js").Point} Point */
/** @typedef {ReturnType<typeof createScene>} Scene */
/** @typedef {{cell: number, cosines: Float32Array, grid: Grid}} Similarity */

/**
 * What the chosen layer is for each variant: numbers on a grid, and the colours that draw them.
 *
 * @param {import("./store.js").Store} store
 * @param {import("./tokens.js").TokenSource} tokens
 * @param {import("./types.js").Scales} scales
 */
export function createScene(store, tokens, scales) {
  const { state } = store;
  /** @type {Map<string, Similarity>} the last answer of each variant, by url */
  const similarities = new Map();
  /** @type {{a: Grid, b: Grid, result: ReturnType<typeof difference>} | null} */
  let compared = null;
  /** @type {Map<string, Uint32Array>} by what they were made from */
  const tables = new Map();

  /** The cell that similarity is asked for: the kept patch, or else the one under the pointer. */
  function asked() {
    const cells = state.loaded?.model.variants[0]?.tokens;
    if (!cells || state.selection !== null) return state.selection;
    return state.hover && state.layer === "similarity" ? cellAt(cells, state.hover) : null;
  }

  /**
   * A variant's cosines with the asked patch; null while there is no patch or no tokens.
   *
   * @param {Variant} variant
   * @returns {Similarity | null}
   */
  function similarityOf({ tokens: packed }) {
    const source = tokens.get(packed);
    const cell = asked();
    if (!source || cell === null) return null;
    const known = similarities.get(packed.url);
    if (known?.cell === cell) return known;
    const cosines = cosinesOf(source, cell);
    const values = cosines.map((cosine) => 255 * Math.max(cosine, 0));
    const result = { cell, cosines, grid: { width: source.columns, height: source.rows, values } };
    similarities.set(packed.url, result);
    return result;
  }

  /**
   * Which sentence says why a variant has no similarity yet.
   *
   * @param {Variant} variant
   */
  const missing = ({ tokens: packed }) => (tokens.failed(packed) ? "failed" : "coming");

  /**
   * @param {Variant} variant
   * @returns {Grid | undefined} undefined where the layer has no numbers, or has none yet
   */
  function gridOf(variant) {
    const { layer, box, loaded } = state;
    if (layer === "heat") return loaded?.grids.get(variant.heat);
    if (layer === "attention") return loaded?.grids.get(variant.attention?.[box] ?? "");
    return layer === "similarity" ? similarityOf(variant)?.grid : undefined;
  }

  /** A minus B; null where one of them has no numbers. */
  function differenceOf() {
    const pair = store.pair();
    const [a, b] = [pair && gridOf(pair.a), pair && gridOf(pair.b)];
    if (!a || !b) return null;
    if (compared?.a !== a || compared.b !== b) compared = { a, b, result: difference(a, b) };
    return compared.result;
  }

  /** Of the layer's own numbers. */
  function table() {
    const { colours, opacity, layer } = state;
    const threshold = layer === "attention" ? 0 : state.threshold;
    const make = () => colourTable(scales.heat[colours], opacity, threshold);
    return kept(`${colours} ${opacity} ${threshold}`, make);
  }

  const differenceTable = () => kept(`${state.opacity}`, () => divergingTable(scales.difference, state.opacity));

  /**
   * The same table for the same settings: a frame that has it is not painted again.
   *
   * @param {string} key
   * @param {() => Uint32Array} make
   */
  function kept(key, make) {
    const known = tables.get(key) ?? make();
    tables.set(key, known);
    return known;
  }

  /**
   * The layer of a variant over the picture.
   *
   * @param {Variant} variant
   * @param {import("../../shared/frame.js").LabelledBox[]} boxes
   * @param {Grid} [grid]
   * @returns {import("../../shared/frame.js").Contents}
   */
  function contentsOf({ rgb }, boxes, grid) {
    const { loaded, layer, opacity } = state;
    if (!loaded) throw new Error("There is nothing to show.");
    const { picture, width, height } = loaded.model;
    const image = layer === "pca" ? loaded.images.get(rgb) : undefined;
    return { source: picture, size: [width, height], grid, image, opacity, boxes };
  }

  /**
   * @param {Variant} variant
   * @param {Point} point
   * @returns {number | null} null where the layer has no number
   */
  function valueAt(variant, point) {
    if (state.layer === "similarity") {
      const answer = state.selection === null ? null : similarityOf(variant);
      return answer ? answer.cosines[cellAt(variant.tokens, point)] : null;
    }
    const grid = gridOf(variant);
    return grid ? sample(grid, point) : null;
  }

  return { asked, similarityOf, missing, gridOf, differenceOf, table, differenceTable, contentsOf, valueAt };
}

/**
 * Whether a layer has numbers to take from each other.
 *
 * @param {import("./types.js").Layer} layer
 */
export const hasNumbers = (layer) => layer !== "pca" && layer !== "picture";

/**
 * The mode on the screen: what has no numbers has no difference.
 *
 * @param {Readonly<import("./store.js").State>} state
 * @returns {import("./types.js").Mode}
 */
export const modeOf = ({ mode, layer }) => (mode === "difference" && !hasNumbers(layer) ? "side" : mode);

/**
 * How much a variant's attention does to its heat, in a few words.
 *
 * @param {Variant} variant
 * @param {import("../../shared/strings.js").Text} text
 */
export function effectOf({ attention, attention_change: change }, text) {
  if (!attention?.length) return text("no_attention");
  return change === null ? "" : text("effect", { value: change.toFixed(2) });
}

/**
 * The detections that the threshold leaves.
 *
 * @param {Variant} variant
 * @param {number} threshold
 */
export const shownDetections = ({ detections }, threshold) => detections.filter(([, , , , score]) => score >= threshold);
