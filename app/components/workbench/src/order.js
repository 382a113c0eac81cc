// @ts-check
// Pure: which variants are A and B, and in which order the cards stand.

/**
 * The names on the stage. Without a choice B is the first registered, which is the reference line, and A the one that
 * finds most of the others; a chosen name that is gone falls back to that.
 *
 * @param {{name: string, detections: unknown[]}[]} variants - at least one
 * @param {{a: string, b: string}} wanted - "" where none was chosen
 * @returns {{a: string, b: string}}
 */
export function pairOf(variants, wanted) {
  const present = (/** @type {string} */ name) => variants.some((one) => one.name === name);
  const most = (/** @type {string} */ but) =>
    variants.reduce(
      (best, one) => (best === null || one.detections.length > best.detections.length) && one.name !== but ? one : best,
      /** @type {typeof variants[0] | null} */ (null),
    )?.name ?? variants[0].name;
  const first = (/** @type {string} */ but) => (variants.find(({ name }) => name !== but) ?? variants[0]).name;
  if (present(wanted.a)) return { a: wanted.a, b: present(wanted.b) ? wanted.b : first(wanted.a) };
  const b = present(wanted.b) ? wanted.b : variants[0].name;
  return { a: most(b), b };
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
