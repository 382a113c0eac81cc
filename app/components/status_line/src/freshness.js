// @ts-check
// Pure: from what is wanted and what is shown to what may be said of it.

/** @typedef {"current" | "stale" | "other"} Freshness - other: of another picture */
/** @typedef {"idle" | "current" | "computing" | "stale"} State */

/**
 * What Python has told: see `Progress` in component.py.
 *
 * @typedef {object} Progress
 * @property {Record<string, string>} shown - id of a view's element -> stamp of what it shows now, "" where it is empty
 * @property {string} stamp - of what is, or was last, computed
 * @property {string} phase - what comes next
 * @property {boolean} finished
 */

/**
 * Picture, boxes, weights and language as one stamp: PICTURE.BOXES.SOURCE.LANGUAGE.
 *
 * @param {string} prompt - PICTURE.BOXES
 * @param {number} source - how often the weights have been changed
 * @param {string} language
 */
export const stampOf = (prompt, source, language) => `${prompt}.${source}.${language}`;

/**
 * @param {string} stamp - of a view
 * @param {string} wanted
 * @returns {Freshness}
 */
export function assess(stamp, wanted) {
  if (stamp === wanted) return "current";
  return stamp.split(".")[0] === wanted.split(".")[0] ? "stale" : "other";
}

/**
 * @param {Progress} progress
 * @param {string} wanted
 * @param {string} stopped - the stamp that the person does not wait for any more
 * @returns {State}
 */
export function stateOf({ shown, stamp, finished }, wanted, stopped) {
  if (!wanted) return "idle";
  if (stamp === wanted && finished) return Object.values(shown).some(Boolean) ? "current" : "idle";
  return stopped === wanted ? "stale" : "computing";
}
