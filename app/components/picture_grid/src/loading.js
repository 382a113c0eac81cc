// @ts-check
import { decode, readGrid } from "../../shared/canvas.js";
import { makeColumn, nodesOf, removeColumn } from "./columns.js";
import { visibleVariants } from "./state.js";

/** @typedef {import("../../shared/raster.js").Grid} Grid */
/** @typedef {import("./state.js").Value} Value */

/**
 * Decode every picture of a value; what was decoded before is taken over.
 *
 * @param {Value | null} value
 * @param {Map<string, Grid>} known
 * @returns {Promise<Map<string, Grid>>}
 */
async function decodeAll(value, known) {
  const uris = (value?.variants ?? []).flatMap((variant) => [variant.heat, ...(variant.attention ?? [])]);
  const pictures = [value?.picture, value?.reference].filter((uri) => typeof uri === "string");
  await Promise.all(pictures.map(decode));
  /** @returns {Promise<[string, Grid]>} */
  const read = async (/** @type {string} */ uri) => [uri, known.get(uri) ?? (await readGrid(uri))];
  return new Map(await Promise.all([...new Set(uris)].map(read)));
}

/**
 * How a value from Python gets on the screen, and which of its variants are shown.
 *
 * @param {object} context
 * @param {import("./view.js").Parts} context.parts
 * @param {import("./state.js").State} context.state
 * @param {import("../../shared/host.js").Host<import("./state.js").Props>} context.host
 * @param {() => void} context.render
 * @param {() => void} context.unmark
 * @param {(name: string, view: import("./state.js").View) => void} context.open - large
 */
export function createLoading({ parts, state, host: { props, trigger }, render, unmark, open }) {
  /** Decode every picture first and then show all at once; what is on the screen stays until then. */
  async function load() {
    const value = props.value || null;
    const turn = ++state.turn;
    let grids;
    try {
      grids = await decodeAll(value, state.grids);
    } catch (error) {
      if (turn === state.turn) parts.notice.hidden = false;
      console.warn(error);
      return;
    }
    if (turn === state.turn) adopt(value, grids);
  }

  /**
   * @param {Value | null} value
   * @param {Map<string, Grid>} grids
   */
  function adopt(value, grids) {
    unmark();
    updateColumns(new Set(value?.variants.map(({ name }) => name)));
    const exemplar = state.exemplar < (value?.exemplars.length ?? 0) ? state.exemplar : 0;
    Object.assign(state, { value, grids, exemplar });
    parts.notice.hidden = true;
    const opened = value?.open && state.columns.has(value.open) ? value.open : null;
    if (opened) state.hidden.delete(opened);
    if (state.columns.size && !visibleVariants(state).length) return toggle(null);
    render();
    if (!opened || !value) return;
    props.value = { ...value, open: null }; // Gradio does not tell of a value equal to the last: the same may be opened again
    open(opened, "heat");
  }

  /** @param {Set<string>} names */
  function updateColumns(names) {
    for (const [name, column] of state.columns) {
      if (names.has(name)) continue;
      removeColumn(column);
      state.columns.delete(name);
    }
    for (const name of names) {
      if (state.columns.has(name)) continue;
      const column = makeColumn(name);
      parts.matrix.append(...nodesOf(column));
      state.columns.set(name, column);
    }
  }

  /**
   * Show or hide a variant; without a name, show all.
   *
   * @param {string | null} name
   */
  function toggle(name) {
    unmark();
    const selected = !name || state.hidden.has(name);
    if (!name) state.hidden.clear();
    else if (!state.hidden.delete(name)) state.hidden.add(name);
    render();
    const index = name ? state.value?.variants.findIndex((variant) => variant.name === name) : null;
    trigger("select", { index, selected, value: visibleVariants(state).map((variant) => variant.name) });
  }

  return { load, toggle };
}
