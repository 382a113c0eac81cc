// @ts-check
import { closest, query } from "../../shared/dom.js";
import { createListen } from "../../shared/listen.js";
import { readSetting } from "../../shared/settings.js";
import { createStrings } from "../../shared/strings.js";
import { createBlink } from "./blink.js";
import { createCards } from "./cards.js";
import { createGestures } from "./gestures.js";
import { createInspect } from "./inspect.js";
import { actionFor } from "./keys.js";
import { createLegend } from "./legend.js";
import { createLoading } from "./loading.js";
import { createScene, modeOf } from "./scene.js";
import { createStage } from "./stage.js";
import { createStore } from "./store.js";
import { createTokens } from "./tokens.js";
import { createToolbar } from "./toolbar.js";
import { WHOLE } from "./zoom.js";

/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("../../shared/strings.js").Texts} Texts */
/** @typedef {{cell: number | null, a: string, b: string}} Selection */

/**
 * Bring the template in an element to life: two large pictures of one analysis under one cursor.
 *
 * @param {HTMLElement} element
 * @param {Model | null} model
 * @param {object} options
 * @param {Texts} options.strings
 * @param {import("./types.js").Scales} options.scales
 * @param {{select?: (selection: Selection) => void}} [options.on] - a patch was kept, or let go
 */
export function mount(element, model, { strings, scales, on = {} }) {
  const root = query(element, ".workbench", HTMLElement);
  const { text, renderStrings } = createStrings(root);
  const store = createStore(scales.heat);
  const { state, set } = store;
  const tokens = createTokens(() => set({ arrivals: state.arrivals + 1 }));
  const scene = createScene(store, tokens, scales);
  const stage = createStage(root, store, scene, text);
  const cards = createCards(root, store, scene, text);
  const blink = createBlink(root, store);
  const renderToolbar = createToolbar(root, store, text);
  const renderLegend = createLegend(root, store, scene, text);
  const renderInspect = createInspect(root, store, scene, text);
  const load = createLoading(store, tokens);

  /** @param {Set<string>} changed */
  function render(changed) {
    const none = !state.loaded;
    query(root, ".empty", HTMLElement).hidden = !none;
    query(root, ".filled", HTMLElement).hidden = none;
    query(root, ".notice", HTMLElement).hidden = !state.broken;
    if (none) return blink.stop();
    const asking = state.layer === "similarity" && state.selection === null && changed.has("hover");
    const calm = [...changed].every((name) => ["hover", "zoom", "wipe"].includes(name));
    Object.assign(root.dataset, { mode: modeOf(state), side: state.side, layer: state.layer, spread: state.spread });
    stage.render(changed);
    if (calm && !asking) return;
    renderLegend();
    cards.render();
    if (calm) return;
    const key = state.loaded?.model.key ?? "";
    for (const one of root.querySelectorAll(".stage, .variants, .inspect")) one.setAttribute("data-hash", key);
    renderToolbar();
    blink.render();
    const facts = ["loaded", "a", "b", "selection", "arrivals", "language"];
    if (facts.some((name) => changed.has(name))) renderInspect();
  }

  /** @param {number | null} selection */
  function keep(selection) {
    set({ selection });
    const pair = store.pair();
    if (pair) on.select?.({ cell: selection, a: pair.a.name, b: pair.b.name });
  }

  function swap() {
    const pair = store.pair();
    if (pair) set({ a: pair.b.name, b: pair.a.name });
  }

  /** @type {Record<string, () => void>} */
  const actions = {
    swap,
    previous: () => cards.step(-1),
    next: () => cards.step(1),
    whole: () => set({ zoom: WHOLE }),
    let_go: () => state.selection !== null && keep(null),
    blink: blink.turnByHand,
    spread: () => set({ spread: !state.spread }),
  };

  /** @param {MouseEvent} event */
  function click(event) {
    const { action, choice, value, box, cell } = closest(event, "button")?.dataset ?? {};
    const card = closest(event, ".card")?.dataset.name;
    if (action) actions[action]();
    else if (choice) set({ [choice]: value, blinking: true });
    else if (box) set({ box: Number(box) });
    else if (cell) keep(Number(cell));
    else if (card) store.choose(event.shiftKey || closest(event, ".other") ? "b" : "a", card);
  }

  /** @param {Event} event */
  function change({ target }) {
    const side = target instanceof HTMLSelectElement ? target.dataset.side : "";
    if (side === "a" || side === "b") store.choose(side, /** @type {HTMLSelectElement} */ (target).value);
    else set(readSetting(target) ?? {});
  }

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    const action = actionFor(event);
    if (!action || (action === "let_go" && state.selection === null)) return;
    event.preventDefault();
    event.stopPropagation(); // the page's own keys mean something else
    actions[action]();
  }

  /** @param {Texts} sentences */
  function translate(sentences) {
    renderStrings(sentences);
    render(new Set(["language", "loaded"]));
  }

  const listen = createListen(root);
  listen(root, { click, input: change, keydown });
  const pick = (/** @type {number} */ cell) => keep(cell === state.selection ? null : cell);
  createGestures(stage, store, pick, keep).wire(listen);
  store.listen(render);
  translate(strings);
  load(model);

  return {
    update: load,
    translate,
    destroy() {
      for (const part of [stage, cards, store]) part.destroy();
      blink.stop();
      root.remove();
    },
  };
}
