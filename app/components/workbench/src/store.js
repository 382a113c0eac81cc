// @ts-check
import { restoreSettings, storeSettings } from "../../shared/settings.js";
import { pairOf } from "./order.js";
import { WHOLE } from "./zoom.js";

/** @typedef {import("./types.js").Loaded} Loaded */
/** @typedef {import("../../shared/raster.js").Point} Point */

const STORE = "sam3viz.workbench";

/** What a person chooses: it outlives new models and a reload of the page. */
const CHOICES = {
  a: "", // the name wanted; "" is none
  b: "",
  mode: /** @type {import("./types.js").Mode} */ ("side"),
  layer: /** @type {import("./types.js").Layer} */ ("heat"),
  side: /** @type {import("./types.js").Side} */ ("a"), // on the screen where there is room for one, or while blinking
  sort: "registered",
  spread: false, // the cards in place of the stage
  wipe: 0.5,
  colours: "inferno",
  opacity: 0.8,
  threshold: 0,
  detections: true,
  exemplars: true,
};

function usualState() {
  return {
    ...CHOICES,
    /** @type {Loaded | null} */
    loaded: null,
    /** Whose attention is on the screen. */
    box: 0,
    /** @type {number | null} the kept patch, a cell of the tokens' grid */
    selection: null,
    /** @type {Point | null} */
    hover: null,
    zoom: WHOLE,
    broken: false,
    /** Blinking by itself, and not by hand. */
    blinking: true,
    /** How many answers with tokens have come. */
    arrivals: 0,
  };
}

/** @typedef {ReturnType<typeof usualState>} State */
/** @typedef {ReturnType<typeof createStore>} Store */
/** @typedef {(changed: Set<string>) => void} Listener - hears which fields of the state have changed */

/**
 * The one state of a workbench; whoever listens is told once a frame.
 *
 * @param {Record<string, unknown>} scales - the colour scales that there are
 */
export function createStore(scales) {
  const state = usualState();
  const choices = { ...CHOICES };
  restoreSettings(STORE, choices);
  if (!(choices.colours in scales)) choices.colours = CHOICES.colours;
  Object.assign(state, choices);
  /** @type {Listener[]} */
  const listeners = [];
  /** @type {Set<string>} */
  const changed = new Set();
  let waiting = 0;

  function flush() {
    waiting = 0;
    const fields = new Set(changed);
    changed.clear();
    if (Object.keys(CHOICES).some((name) => fields.has(name))) store();
    for (const listener of listeners) listener(fields);
  }

  function store() {
    const names = /** @type {(keyof typeof CHOICES)[]} */ (Object.keys(CHOICES));
    storeSettings(STORE, Object.fromEntries(names.map((name) => [name, state[name]])));
  }

  /** @param {Partial<State>} fields */
  function set(fields) {
    for (const [name, value] of Object.entries(fields)) {
      if (state[/** @type {keyof State} */ (name)] === value) continue;
      changed.add(name);
      Object.assign(state, { [name]: value });
    }
    if (changed.size) waiting ||= requestAnimationFrame(flush);
  }

  /**
   * Show another model. Another picture has other patches.
   *
   * @param {Loaded | null} loaded
   */
  function adopt(loaded) {
    const same = loaded?.model.picture === state.loaded?.model.picture;
    const fresh = same ? {} : { selection: null, zoom: WHOLE };
    const { columns = 0, rows = 0 } = loaded?.model.variants[0]?.tokens ?? {};
    const gone = state.selection !== null && state.selection >= columns * rows ? { selection: null } : {};
    const box = state.box < (loaded?.model.exemplars.length ?? 0) ? state.box : 0;
    set({ loaded, hover: null, broken: false, box, ...fresh, ...gone });
  }

  /** The two variants on the stage; null before there is a model. */
  function pair() {
    const variants = state.loaded?.model.variants;
    if (!variants?.length) return null;
    const { a, b } = pairOf(variants, state);
    const find = (/** @type {string} */ name) => variants.find((one) => one.name === name) ?? variants[0];
    return { a: find(a), b: find(b) };
  }

  /**
   * Put a variant on one side; where it is on the other one, both change places.
   *
   * @param {import("./types.js").Side} side
   * @param {string} name
   */
  function choose(side, name) {
    const now = pair();
    if (!now) return;
    const other = side === "a" ? "b" : "a";
    set({ [other]: now[other].name === name ? now[side].name : now[other].name, [side]: name });
  }

  return {
    /** @type {Readonly<State>} */
    state,
    set,
    adopt,
    pair,
    choose,
    listen: (/** @type {Listener} */ listener) => listeners.push(listener),
    destroy: () => cancelAnimationFrame(waiting),
  };
}
