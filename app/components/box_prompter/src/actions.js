// @ts-check

/**
 * What a button or a key can ask for, by name.
 *
 * @param {import("./view.js").Parts} parts
 * @param {import("./state.js").State} state
 * @param {import("./drawing.js").Drawing} drawing
 * @param {() => void} render
 */
export function createActions({ stage, help, chooser }, state, drawing, render) {
  return {
    positive: () => drawing.setPolarity(1),
    negative: () => drawing.setPolarity(-1),
    undo: drawing.undo,
    redo: drawing.redo,
    flip: drawing.flip,
    clear: () => drawing.commit([], -1),
    open: () => chooser.click(),
    help: () => {
      help.hidden = !help.hidden;
      render();
    },
    remove: () => {
      if (state.selected < 0) return;
      drawing.remove();
      stage.focus({ preventScroll: true });
    },
    escape: () => {
      if (state.gesture) state.gesture = null;
      else if (!help.hidden) help.hidden = true;
      else state.selected = -1;
      render();
    },
  };
}

/** @typedef {ReturnType<typeof createActions>} Actions */
