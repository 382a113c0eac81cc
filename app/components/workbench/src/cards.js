// @ts-check
import { button, node, query, replaceChildren } from "../../shared/dom.js";
import { dropFrame, fill, makeFrame } from "../../shared/frame.js";
import { correlation } from "./difference.js";
import { sorted } from "./order.js";
import { effectOf } from "./scene.js";

/** @typedef {import("./types.js").Variant} Variant */
/** @typedef {ReturnType<typeof makeCard>} Card */

const DETAIL = 600; // pixels of a canvas along a side

/** @param {string} name */
function makeCard(name) {
  const frame = makeFrame(DETAIL);
  const [title, note, badge] = [node("strong"), node("span", "note"), node("b", "badge a", "A")];
  const pick = button("pick", [frame.root, title, note]);
  const other = button("other", "B");
  const root = node("div", "card", [pick, badge, other]);
  root.dataset.testid = `variant-card-${name}`;
  root.dataset.name = name;
  return { root, frame, title, note, badge, pick, other };
}

/**
 * One card a variant: a small picture of the layer, and a choice of A and B.
 *
 * @param {HTMLElement} root
 * @param {import("./store.js").Store} store
 * @param {import("./scene.js").Scene} scene
 * @param {import("../../shared/strings.js").Text} text
 */
export function createCards(root, store, scene, text) {
  const { state } = store;
  const parent = query(root, ".variants", HTMLElement);
  /** @type {Map<string, Card>} */
  const cards = new Map();

  /** How far a variant's heat agrees with A's. */
  function agreement(/** @type {Variant} */ { heat }) {
    const grids = state.loaded?.grids;
    const [own, other] = [grids?.get(heat), grids?.get(store.pair()?.a.heat ?? "")];
    return own && other ? correlation(own, other) : 0;
  }

  const order = () => sorted(state.loaded?.model.variants ?? [], state.sort, agreement);

  /** @param {Variant} variant */
  function cardOf({ name }) {
    const card = cards.get(name) ?? makeCard(name);
    cards.set(name, card);
    return card;
  }

  function render() {
    const { loaded, sort } = state;
    const variants = order();
    const names = new Set(variants.map(({ name }) => name));
    for (const [name, { frame }] of cards) {
      if (names.has(name)) continue;
      dropFrame(frame);
      cards.delete(name);
    }
    replaceChildren(parent, variants.map((variant) => cardOf(variant).root));
    const pair = store.pair();
    for (const variant of variants) {
      const card = cardOf(variant);
      const side = pair?.a === variant ? "a" : pair?.b === variant ? "b" : "";
      card.title.textContent = variant.title;
      card.note.textContent = noteOf(variant, sort === "agreement");
      card.root.dataset.hash = loaded?.model.key;
      card.root.dataset.side = side;
      card.badge.hidden = side !== "a"; // its own button marks B
      card.pick.title = text("card_title", { summary: variant.summary });
      card.pick.setAttribute("aria-pressed", String(side === "a"));
      card.other.setAttribute("aria-label", text("card_b", { title: variant.title }));
      card.other.title = text("card_b", { title: variant.title });
      card.other.setAttribute("aria-pressed", String(side === "b"));
      fill(card.frame, scene.contentsOf(variant, [], scene.gridOf(variant)), scene.table());
    }
  }

  /**
   * @param {Variant} variant
   * @param {boolean} agreeing
   */
  function noteOf(variant, agreeing) {
    if (state.layer === "attention") return effectOf(variant, text);
    return agreeing ? text("agreement_note", { value: agreement(variant).toFixed(2) }) : variant.note;
  }

  /**
   * Put the neighbour of A, in the cards' order, in its place.
   *
   * @param {number} by
   */
  function step(by) {
    const variants = order();
    const index = variants.findIndex((one) => one === store.pair()?.a);
    const next = variants[(index + by + variants.length) % variants.length];
    if (next) store.choose("a", next.name);
  }

  const destroy = () => [...cards.values()].forEach(({ frame }) => dropFrame(frame));

  return { render, step, destroy };
}
