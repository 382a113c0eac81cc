// @ts-check
import { closest, query } from "../../shared/dom.js";
import { createListen } from "../../shared/listen.js";
import { PROMPT_EVENT, stampPrompt } from "../../shared/stamp.js";
import { createStrings } from "../../shared/strings.js";
import { createActions } from "./actions.js";
import { createDrawing } from "./drawing.js";
import { createFiles } from "./files.js";
import { createKeys } from "./keys.js";
import { createPictures } from "./pictures.js";
import { createPointer } from "./pointer.js";
import { createState } from "./state.js";
import { createRender, findParts } from "./view.js";

/**
 * Bring the template to life.
 *
 * @param {import("../../shared/host.js").Host<import("./state.js").Props>} host
 */
export function mount(host) {
  const { element, props, watch } = host;
  const root = query(element, ".box-prompter", HTMLElement);
  const parts = findParts(root);
  const state = createState();
  const { text, renderStrings } = createStrings(root);
  const renderParts = createRender(parts, state, text);
  let announced = "";

  function render() {
    renderParts();
    const { path, boxes } = state;
    const stamp = path ? stampPrompt({ image: { path }, boxes }) : "";
    if (stamp === announced) return;
    announced = stamp;
    root.dispatchEvent(new CustomEvent(PROMPT_EVENT, { detail: stamp, bubbles: true }));
  }

  const drawing = createDrawing({ state, host, text, render, show: () => pictures.present() });
  const actions = createActions(parts, state, drawing, render);
  const pointer = createPointer({ parts, state, props, drawing, render });
  const keys = createKeys({ parts, state, drawing, actions, render });
  const pictures = createPictures({ parts, state, host, drawing, render });
  const files = createFiles(parts, pictures.receive, keys.isOurs);

  /** @param {Event} event */
  function act(event) {
    const name = closest(event, "[data-action]")?.dataset.action;
    if (name && name in actions) actions[/** @type {import("./keys.js").Action} */ (name)]();
  }

  function translate() {
    renderStrings(props.strings);
    state.notice = null;
    render();
  }

  const listen = createListen(root);
  listen(parts.stage, {
    pointerdown: pointer.press,
    pointermove: pointer.drag,
    pointerup: pointer.release,
    pointercancel: drawing.cancelGesture,
  });
  listen(root, {
    pointerdown: keys.activate,
    focusin: keys.activate,
    click: act,
    dragover: files.dragover,
    dragleave: files.dragleave,
    drop: files.drop,
  });
  listen(parts.chooser, { change: files.choose });
  listen(parts.image, { load: pictures.onLoad, error: pictures.onError });
  listen(document, {
    keydown: keys.keydown,
    keyup: keys.keyup,
    paste: files.paste,
    contextmenu: pointer.contextmenu,
  });
  listen(window, { blur: drawing.settleNudge });
  new ResizeObserver(() => state.size && !state.gesture && render()).observe(parts.frame);
  watch("value", pictures.load);
  watch("strings", translate);
  translate();
  pictures.load();
}
