// @ts-check
// From the state to what is on the screen.
import { query } from "../../shared/dom.js";
import { signName } from "../../shared/strings.js";
import { boxNodes } from "./box_nodes.js";
import { span } from "./geometry.js";

/**
 * The template's parts, by name.
 *
 * @param {HTMLElement} root
 */
export function findParts(root) {
  return {
    root,
    stage: query(root, ".stage", HTMLElement),
    frame: query(root, ".frame", HTMLElement),
    image: query(root, "img", HTMLImageElement),
    layer: query(root, ".boxes", HTMLElement),
    message: query(root, ".message", HTMLElement),
    size: query(root, ".size", HTMLElement),
    help: query(root, ".help", HTMLElement),
    chooser: query(root, "input[type=file]", HTMLInputElement),
    empty: query(root, ".empty", HTMLElement),
  };
}

/** @typedef {ReturnType<typeof findParts>} Parts */

/** @param {import("./geometry.js").Box} box */
function sizeOf(box) {
  const [width, height] = span(box).map(Math.round);
  return { width, height };
}

/**
 * @param {Parts} parts
 * @param {import("./state.js").State} state
 * @param {import("../../shared/strings.js").Text} text
 * @returns {() => void} brings the screen up to the state
 */
export function createRender(parts, state, text) {
  const { root, stage, frame, layer, message, size, help, empty } = parts;

  function summary() {
    const { boxes, selected } = state;
    if (!state.size) return "";
    if (!boxes.length) return text("hint");
    if (selected >= 0) {
      const sign = text(signName(boxes[selected].label)).toLowerCase();
      return text("selected", { number: selected + 1, total: boxes.length, sign, ...sizeOf(boxes[selected]) });
    }
    const positive = boxes.filter((box) => box.label > 0).length;
    return text("counts", { positive, negative: boxes.length - positive });
  }

  function renderBoxes() {
    if (!state.size) return layer.replaceChildren();
    const scene = { size: state.size, frame, removeTitle: text("remove_title") };
    const isSelected = (/** @type {number} */ index) => index === state.selected && state.gesture?.kind !== "draw";
    const boxes = state.gesture?.boxes ?? state.boxes;
    layer.replaceChildren(...boxes.flatMap((box, i) => boxNodes(box, i, { ...scene, selected: isSelected(i) })));
  }

  function renderToolbar() {
    const button = (/** @type {string} */ name) => query(root, `.toolbar [data-action=${name}]`, HTMLButtonElement);
    button("positive").setAttribute("aria-pressed", String(state.polarity > 0));
    button("negative").setAttribute("aria-pressed", String(state.polarity < 0));
    button("help").setAttribute("aria-expanded", String(!help.hidden));
    button("undo").disabled = !state.past.length;
    button("redo").disabled = !state.future.length;
    button("flip").disabled = state.selected < 0;
    button("clear").disabled = !state.boxes.length;
  }

  return () => {
    const { gesture, notice } = state;
    empty.hidden = state.source !== null && state.size !== null;
    frame.hidden = state.size === null;
    stage.tabIndex = state.size ? 0 : -1;
    if (state.size) {
      frame.style.setProperty("--width", String(state.size[0]));
      frame.style.setProperty("--height", String(state.size[1]));
    }
    renderBoxes();
    message.textContent = notice?.text ?? (gesture ? message.textContent : summary());
    message.classList.toggle("error", Boolean(notice?.error));
    size.textContent = gesture?.box ? text("size", sizeOf(gesture.box)) : "";
    renderToolbar();
  };
}
