// @ts-check
// Pure: which variants are A and B, and in which order the cards stand.

/**
 * The names on the stage. Without a choice A is the last registered and B the first, the reference line; a chosen name
 * that is gone falls back to that.
 *
 * @param {{name: string}[]} variants - at least one
 * @param {{a: string, b: string}} wanted - "" where none was chosen
 * @returns {{a: string, b: string}}
 */
export function pairOf(variants, wanted) {
  const names = variants.map(({ name }) => name);
  const other = (/** @type {string[]} */ all, /** @type {string} */ but) => all.find((name) => name !== but) ?? names[0];
  if (!names.includes(wanted.a)) {
    const b = names.includes(wanted.b) ? wanted.b : names[0];
    return { a: other([...names].reverse(), b), b };
  }
  return { a: wanted.a, b: names.includes(wanted.b) ? wanted.b : other(names, wanted.a) };
}

/**
 * Variants by what a person sorts by, those of one value as registered.
 *
 * @template {{name: string, detections: unknown[]}} V
 * @param {V[]} variants
 * @param {string} by - "registered", "detections" or "agreement"
 * @param {(variant: V) => number} agreement - with A
 * @returns {V[]}
 */
export function sorted(variants, by, agreement) {
  if (by === "detections") return [...variants].sort((a, b) => b.detections.length - a.detections.length);
  if (by !== "agreement") return [...variants];
  const values = new Map(variants.map((one) => [one.name, agreement(one)]));
  return [...variants].sort((a, b) => (values.get(b.name) ?? 0) - (values.get(a.name) ?? 0));
}
