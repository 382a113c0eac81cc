// @ts-check
import { closest, query } from "../../shared/dom.js";
import { createListen } from "../../shared/listen.js";
import { PROMPT_EVENT } from "../../shared/stamp.js";
import { createStrings } from "../../shared/strings.js";
import { assess, stampOf, stateOf } from "./freshness.js";

/**
 * @typedef {object} Props
 * @property {import("./freshness.js").Progress | "" | null} value
 * @property {import("../../shared/strings.js").Texts} strings
 * @property {string} prompter - id of the box drawer whose picture and boxes are wanted
 * @property {string[]} views - ids of the elements that show results
 * @property {number} source - how often the weights have been changed
 * @property {string} language
 */

/** Milliseconds without a word on what is wanted, after which it is asked for again: before the first, and after it. */
const PATIENCE = { first: 15_000, next: 60_000 };
/** How often; then it is up to the person. */
const RETRIES = 3;

/** @type {import("./freshness.js").Progress} */
const NOTHING = { shown: {}, stamp: "", phase: "", finished: false };

/**
 * Watch what is wanted, mark every view that shows something else, and have it computed.
 *
 * @param {import("../../shared/host.js").Host<Props>} host
 */
export function mount({ element, props, trigger, watch }) {
  const root = query(element, ".status-line", HTMLElement);
  const sentence = query(root, ".sentence", HTMLElement);
  const [stop, again] = ["stop", "again"].map((name) => query(root, `[data-action=${name}]`, HTMLButtonElement));
  const { text, renderStrings } = createStrings(root);
  /** @type {Record<string, string>} id of a view -> stamp of what it shows */
  const shown = {};
  let prompt = "";
  let asked = "";
  let stopped = "";
  let watchdog = 0;
  let retries = 0;
  /** What is asked for by: `retry` once an answer was lost, as Gradio waits for it and sends no other `input`. */
  let event = "input";

  const progress = () => props.value || NOTHING;
  const wanted = () => prompt && stampOf(prompt, props.source, props.language);

  function markViews() {
    for (const id of props.views) {
      const view = document.getElementById(id);
      if (!view) continue;
      const hash = shown[id] ?? "";
      const data = { freshness: hash ? assess(hash, wanted()) : "current", hash, freshnessLabel: text("stale") };
      for (const [name, value] of Object.entries(data)) if (view.dataset[name] !== value) view.dataset[name] = value;
    }
  }

  function render() {
    const state = stateOf(progress(), wanted(), stopped);
    const { phase, stamp } = progress();
    const said = { idle: "idle", current: "current", stale: "stopped", computing: phase && stamp === wanted() ? "computing" : "waiting" };
    Object.assign(root.dataset, { state, hash: wanted() });
    sentence.textContent = text(said[state], { phase });
    stop.hidden = state !== "computing";
    again.hidden = state !== "stale";
    markViews();
  }

  /** Have what is wanted computed, once: what is waited for meanwhile is given up by the server. */
  function ask() {
    const stamp = wanted();
    if (stamp && stamp !== asked) {
      asked = stamp;
      stopped = "";
      retries = 0;
      trigger("edit");
      send();
    }
    render();
  }

  /** Gradio closes a session's stream with its last event: what is asked for in that instant gets no answer. */
  function send() {
    trigger(event);
    awaitWord(PATIENCE.first);
  }

  /** @param {number} patience */
  function awaitWord(patience) {
    clearTimeout(watchdog);
    watchdog = window.setTimeout(() => {
      if (stateOf(progress(), wanted(), stopped) !== "computing") return;
      if (retries++ === RETRIES) return giveUp();
      event = "retry";
      send();
    }, patience);
  }

  /** @param {Event} event */
  function notePrompt(event) {
    if (!(event instanceof CustomEvent) || !closest(event, `#${props.prompter}`)) return;
    prompt = event.detail;
    ask();
  }

  function giveUp() {
    stopped = wanted();
    trigger("stop");
    render();
  }

  /** @param {Event} event */
  function act(event) {
    const action = closest(event, "[data-action]")?.dataset.action;
    if (action === "stop") giveUp();
    else if (action === "again") {
      asked = "";
      ask();
    }
  }

  function receive() {
    Object.assign(shown, progress().shown);
    if (progress().stamp === wanted()) awaitWord(PATIENCE.next);
    render();
  }

  function translate() {
    renderStrings(props.strings);
    render();
  }

  const listen = createListen(root);
  listen(root, { click: act });
  listen(document, /** @type {import("../../shared/listen.js").Handlers} */ ({ [PROMPT_EVENT]: notePrompt }));
  watch("value", receive);
  watch(["source", "language"], ask);
  watch("strings", translate);
  translate();
}
