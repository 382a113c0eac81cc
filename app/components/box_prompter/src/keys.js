// @ts-check
import { isWithin } from "../../shared/dom.js";
import { move, replaceAt } from "./geometry.js";

/** @typedef {keyof import("./actions.js").Actions} Action */

/** @type {Record<string, [x: number, y: number]>} */
const ARROWS = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] };
/** @type {Record<string, Action>} */
const KEYS = { 1: "positive", 2: "negative", x: "flip", escape: "escape", "?": "help" };

/** @param {EventTarget} target */
function isTyping(target) {
  if (!(target instanceof Element)) return false;
  return (target instanceof HTMLElement && target.isContentEditable) || target.matches("input, textarea, select");
}

/** @returns {HTMLElement[]} every box drawer of the page */
const boxPrompters = () => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".box-prompter"))];

/**
 * What the keyboard does. With several box drawers on a page, keys and pastes go to the one used last.
 *
 * @param {object} context
 * @param {import("./view.js").Parts} context.parts
 * @param {import("./state.js").State} context.state
 * @param {import("./drawing.js").Drawing} context.drawing
 * @param {import("./actions.js").Actions} context.actions
 * @param {() => void} context.render
 */
export function createKeys({ parts: { root, stage }, state, drawing, actions, render }) {
  function isActive() {
    const visible = boxPrompters().filter((one) => one.getClientRects().length);
    return (visible.find((one) => one.dataset.active) ?? visible[0]) === root;
  }

  function activate() {
    for (const one of boxPrompters()) delete one.dataset.active;
    root.dataset.active = "true";
  }

  /**
   * Whether a key or a paste is meant for this box drawer.
   *
   * @param {Event} event
   * @returns {boolean}
   */
  const isOurs = (event) => !event.defaultPrevented && !isTyping(event.composedPath()[0]) && isActive();

  /**
   * @param {KeyboardEvent} event
   * @returns {Action | null}
   */
  function actionFor(event) {
    const key = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    if (event.altKey || (command && key !== "z" && key !== "y")) return null;
    if (key === "y") return command ? "redo" : null;
    if (key === "z") return event.shiftKey ? "redo" : "undo";
    if (state.selected >= 0 && (key === "delete" || key === "backspace")) return "remove";
    return KEYS[key] ?? null;
  }

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    if (!isOurs(event)) return;
    const handled = event.target === stage && event.key === "Tab" ? tab(event.shiftKey) : nudge(event);
    const action = handled ? null : actionFor(event);
    if (handled || action) event.preventDefault();
    if (!action) return;
    if (action !== "escape") drawing.settleNudge();
    if (!state.gesture || action === "escape") actions[action]();
  }

  /** @param {boolean} backwards */
  function tab(backwards) {
    const none = backwards ? 0 : -1;
    const next = (state.selected < 0 ? none : state.selected) + (backwards ? -1 : 1);
    const inside = next >= 0 && next < state.boxes.length;
    drawing.select(inside ? next : -1);
    return inside;
  }

  /** @param {KeyboardEvent} event */
  function nudge(event) {
    const step = ARROWS[event.key.toLowerCase()];
    const near = isWithin(event, root) || event.target === document.body;
    if (!step || !near || event.altKey || event.ctrlKey || event.metaKey || state.selected < 0) return false;
    if (!state.size || (state.gesture && state.gesture.kind !== "nudge")) return true;
    const by = event.shiftKey ? 10 : 1;
    const boxes = state.gesture?.boxes ?? state.boxes;
    const box = move(boxes[state.selected], step[0] * by, step[1] * by, state.size);
    state.gesture = { kind: "nudge", box, boxes: replaceAt(boxes, state.selected, box) };
    render();
    return true;
  }

  /** @param {KeyboardEvent} event */
  function keyup(event) {
    if (event.key && event.key.toLowerCase() in ARROWS) drawing.settleNudge();
  }

  return { activate, isOurs, keydown, keyup };
}
