// @ts-check
import { unpack } from "./similarity.js";

/** @typedef {import("./types.js").PackedTokens} PackedTokens */
/** @typedef {import("./similarity.js").Tokens} Tokens */
/** @typedef {ReturnType<typeof createTokens>} TokenSource */

/**
 * Tokens by url: asked for when they are first needed, and kept while the model has them.
 *
 * @param {() => void} onArrival - of tokens, or of an answer without them
 */
export function createTokens(onArrival) {
  /** @type {Map<string, Tokens | "coming" | "failed">} */
  const known = new Map();

  /** @param {PackedTokens} packed */
  async function ask(packed) {
    known.set(packed.url, "coming");
    /** @type {Tokens | "failed"} */
    let answer = "failed";
    try {
      const response = await fetch(packed.url);
      if (!response.ok) throw new Error(`${packed.url} was answered with ${response.status}.`);
      answer = unpack(await response.arrayBuffer(), packed);
    } catch (error) {
      console.warn(error);
    }
    if (!known.has(packed.url)) return; // another model came in between
    known.set(packed.url, answer);
    onArrival();
  }

  /**
   * @param {PackedTokens} packed
   * @returns {Tokens | null} null while they are not there
   */
  function get(packed) {
    const tokens = known.get(packed.url);
    if (!tokens) ask(packed);
    return typeof tokens === "object" ? tokens : null;
  }

  /** @param {PackedTokens[]} wanted */
  function keep(wanted) {
    const urls = new Set(wanted.map(({ url }) => url));
    for (const [url, tokens] of known) if (!urls.has(url) || tokens === "failed") known.delete(url);
  }

  return { get, keep, failed: (/** @type {PackedTokens} */ { url }) => known.get(url) === "failed" };
}
