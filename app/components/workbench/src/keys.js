// @ts-check

/** Where letters and Escape mean something else. */
const OWN_KEYS = "select, textarea, input:not([type=checkbox], [type=range])";

/**
 * What a key does while the focus is inside the workbench; null where it does nothing.
 *
 * @param {KeyboardEvent} event
 * @returns {"swap" | "previous" | "next" | "whole" | "let_go" | null}
 */
export function actionFor({ key, target, altKey, ctrlKey, metaKey, defaultPrevented }) {
  if (altKey || ctrlKey || metaKey || defaultPrevented) return null;
  if (target instanceof Element && target.matches(OWN_KEYS)) return null;
  const actions = /** @type {const} */ ({ s: "swap", q: "previous", e: "next", 0: "whole", escape: "let_go" });
  return actions[/** @type {keyof typeof actions} */ (key.toLowerCase())] ?? null;
}
