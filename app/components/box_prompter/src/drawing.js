// @ts-check
import { areEqual, replaceAt } from "./geometry.js";

/** @typedef {import("./geometry.js").Box} Box */

/**
 * @param {import("./state.js").State} state
 * @returns {import("./state.js").Moment}
 */
export const momentOf = ({ value, path, boxes }) => ({ value, path, boxes });

/**
 * The changes that a person can make to the boxes. Arrays of boxes are never changed in place.
 *
 * @param {object} parts
 * @param {import("./state.js").State} parts.state
 * @param {import("../../shared/host.js").Host<import("./state.js").Props>} parts.host
 * @param {import("../../shared/strings.js").Text} parts.text
 * @param {() => void} parts.render
 * @param {() => void} parts.show - brings the value's picture on the screen
 */
export function createDrawing({ state, host: { props, trigger }, text, render, show }) {
  /**
   * @param {string} key - of the sentence
   * @param {Record<string, unknown>} [values]
   * @param {boolean} [error]
   */
  function notify(key, values, error = true) {
    state.notice = { text: text(key, values), error };
    render();
  }

  function publish() {
    const [width, height] = state.size ?? [null, null];
    props.value = { ...props.value, boxes: state.boxes, width, height };
    state.value = props.value;
    trigger("input");
  }

  /**
   * End a gesture: the one place where boxes change, so each gesture is one undo step and one event.
   *
   * @param {Box[]} boxes
   * @param {number} [selected]
   */
  function commit(boxes, selected = state.selected) {
    const before = state.boxes;
    Object.assign(state, { boxes, selected, gesture: null, notice: null });
    if (!areEqual(before, boxes)) {
      state.past.push({ ...momentOf(state), boxes: before });
      state.future = [];
      publish();
    }
    render();
  }

  /**
   * @param {import("./state.js").Moment[]} from
   * @param {import("./state.js").Moment[]} to
   */
  function travel(from, to) {
    const moment = from.pop();
    if (!moment) return;
    to.push(momentOf(state));
    const { boxes } = moment;
    if (moment.path !== state.path) return reopen(moment);
    const selected = boxes.length === state.boxes.length ? state.selected : -1;
    Object.assign(state, { boxes, selected, notice: null });
    publish();
    render();
  }

  /** @param {import("./state.js").Moment} moment - with another picture */
  function reopen({ value, boxes }) {
    props.value = { ...value, boxes };
    show();
    trigger("undo");
  }

  return {
    notify,
    commit,
    undo: () => travel(state.past, state.future),
    redo: () => travel(state.future, state.past),

    /** @param {number} index */
    select(index) {
      Object.assign(state, { selected: index, notice: null });
      render();
    },

    /** @param {number} label */
    setPolarity(label) {
      state.polarity = label;
      render();
    },

    flip() {
      if (state.selected < 0) return;
      const box = state.boxes[state.selected];
      commit(replaceAt(state.boxes, state.selected, { ...box, label: -box.label }));
    },

    remove() {
      commit(state.boxes.filter((_, index) => index !== state.selected), -1);
    },

    cancelGesture() {
      state.gesture = null;
      render();
    },

    /** Holding an arrow key is one gesture: it ends when the key comes up. */
    settleNudge() {
      if (state.gesture?.kind === "nudge") commit(state.gesture.boxes);
    },
  };
}

/** @typedef {ReturnType<typeof createDrawing>} Drawing */
