// @ts-check
import { closest, isWithin } from "../../shared/dom.js";
import { boxBetween, contains, move, replaceAt, resize, smallestAt, span, toImage } from "./geometry.js";

/** @typedef {import("./state.js").Press} Press */
/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./geometry.js").Size} Size */

const CLICK = 4; // screen pixels that a press may wander and still be a click

/**
 * What mouse, pen and fingers do on the stage.
 *
 * @param {object} context
 * @param {import("./view.js").Parts} context.parts
 * @param {import("./state.js").State} context.state
 * @param {import("./state.js").Props} context.props
 * @param {import("./drawing.js").Drawing} context.drawing
 * @param {() => void} context.render
 */
export function createPointer({ parts: { stage, frame }, state, props, drawing, render }) {
  /** @param {PointerEvent} event */
  function press(event) {
    if (!state.size || ![0, 2].includes(event.button) || closest(event, ".remove")) return;
    drawing.settleNudge();
    if (state.gesture) return drawing.cancelGesture(); // a second finger: the browser pinches
    stage.setPointerCapture(event.pointerId);
    state.gesture = {
      pointer: event.pointerId,
      client: [event.clientX, event.clientY],
      from: toImage(event, frame.getBoundingClientRect(), state.size),
      edges: closest(event, ".handle")?.dataset.edges,
      other: event.button === 2 || event.shiftKey,
    };
  }

  /**
   * The press that this pointer has begun, if any.
   *
   * @param {PointerEvent} event
   * @returns {Press | null}
   */
  function pressOf({ pointerId }) {
    const { gesture } = state;
    return gesture && gesture.kind !== "nudge" && gesture.pointer === pointerId ? gesture : null;
  }

  /** @param {Press} press */
  function kindOf({ edges, other, from }) {
    if (edges) return "resize";
    return !other && state.selected >= 0 && contains(state.boxes[state.selected], from) ? "move" : "draw";
  }

  /** @param {PointerEvent} event */
  function drag(event) {
    const gesture = pressOf(event);
    if (!gesture || !state.size) return;
    const [x, y] = gesture.client;
    if (!gesture.kind && Math.hypot(event.clientX - x, event.clientY - y) < CLICK) return;
    gesture.kind ??= kindOf(gesture);
    if (gesture.kind === "draw" && state.boxes.length >= props.max_boxes) {
      state.gesture = null;
      return drawing.notify("too_many", { limit: props.max_boxes });
    }
    extend(gesture, toImage(event, frame.getBoundingClientRect(), state.size), state.size);
    render();
  }

  /**
   * @param {Press} gesture
   * @param {Point} to
   * @param {Size} size
   */
  function extend(gesture, to, size) {
    const { from, edges = "" } = gesture;
    if (gesture.kind === "draw") {
      gesture.box = boxBetween(from, to, gesture.other ? -state.polarity : state.polarity);
      gesture.boxes = [...state.boxes, gesture.box];
      return;
    }
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const box = state.boxes[state.selected];
    gesture.box = gesture.kind === "move" ? move(box, dx, dy, size) : resize(box, edges, dx, dy, size);
    gesture.boxes = replaceAt(state.boxes, state.selected, gesture.box);
  }

  /** @param {PointerEvent} event */
  function release(event) {
    const gesture = pressOf(event);
    if (!gesture) return;
    state.gesture = null;
    if (event.button === 2) state.menuless = event.timeStamp + 100;
    const { kind, box, boxes, edges, from } = gesture;
    if (!kind || !box || !boxes) {
      const hit = edges ? state.selected : smallestAt(state.boxes, from);
      drawing.select(hit === state.selected && !edges ? -1 : hit);
    } else if (kind !== "draw") drawing.commit(boxes);
    else if (Math.min(...span(box)) < smallestSide()) drawing.notify("too_small");
    else drawing.commit(boxes, boxes.length - 1);
  }

  /** Sides shorter than this, in image pixels, come from a slip of the hand. */
  function smallestSide() {
    return Math.max(1, (CLICK * (state.size?.[0] ?? 0)) / frame.getBoundingClientRect().width);
  }

  /** @param {MouseEvent} event */
  function contextmenu(event) {
    if (state.size && (isWithin(event, stage) || event.timeStamp < state.menuless)) event.preventDefault();
  }

  return { press, drag, release, contextmenu };
}
