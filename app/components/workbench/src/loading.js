// @ts-check
import { decode, readGrid } from "../../shared/canvas.js";

/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").Loaded} Loaded */

/**
 * Decode every picture of a model; what was decoded before is taken over.
 *
 * @param {Model} model
 * @param {Loaded | null} before
 * @returns {Promise<Loaded>}
 */
async function decodeAll(model, before) {
  const { variants } = model;
  const [picture, grids, images] = await Promise.all([
    before?.model.picture === model.picture ? before.picture : decode(model.picture),
    each(variants.flatMap(({ heat, attention }) => [heat, ...(attention ?? [])]), before?.grids, readGrid),
    each(variants.map(({ rgb }) => rgb), before?.images, decode),
  ]);
  return { model, picture, grids, images };
}

/**
 * @template T
 * @param {string[]} uris
 * @param {Map<string, T> | undefined} known
 * @param {(uri: string) => Promise<T>} read
 * @returns {Promise<Map<string, T>>}
 */
async function each(uris, known, read) {
  /** @returns {Promise<[string, T]>} */
  const one = async (/** @type {string} */ uri) => [uri, known?.get(uri) ?? (await read(uri))];
  return new Map(await Promise.all([...new Set(uris)].map(one)));
}

/**
 * How a model gets on the screen: all its pictures at once; what is there stays until then, and the last model wins.
 *
 * @param {import("./store.js").Store} store
 * @param {import("./tokens.js").TokenSource} tokens
 */
export function createLoading(store, tokens) {
  let turn = 0;

  /** @param {Model | null} model */
  return async function load(model) {
    const own = ++turn;
    try {
      const loaded = model && (await decodeAll(model, store.state.loaded));
      if (own !== turn) return;
      tokens.keep(model?.variants.map((one) => one.tokens) ?? []);
      store.adopt(loaded);
    } catch (error) {
      if (own === turn) store.set({ broken: true });
      console.warn(error);
    }
  };
}
