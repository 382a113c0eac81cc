// @ts-check
import { closest, query } from "../../shared/dom.js";
import { createListen } from "../../shared/listen.js";
import { createStrings } from "../../shared/strings.js";
import { createLargeView } from "./large_view.js";
import { createLoading } from "./loading.js";
import { cellAt, createPointer } from "./pointer.js";
import { readSetting, restoreSettings, storeSettings } from "../../shared/settings.js";
import { createState } from "./state.js";
import { createView, findParts } from "./view.js";

const STORE = "sam3viz.picture_grid";

/**
 * Bring the template to life.
 *
 * @param {import("../../shared/host.js").Host<import("./state.js").Props>} host
 */
export function mount(host) {
  const { element, props, watch } = host;
  const root = query(element, ".picture-grid", HTMLElement);
  const parts = findParts(root);
  const state = createState();
  const { text, renderStrings } = createStrings(root);
  const large = createLargeView(parts.dialog, state, text);
  const { render, renderPosition } = createView({ parts, state, props, text, renderLarge: large.render });
  const { hover, unmark } = createPointer(parts.matrix, state, text);
  const { load, toggle } = createLoading({ parts, state, host, render, unmark, open: large.open });

  /** @param {Event} event */
  function clickChip(event) {
    const chip = closest(event, "button");
    if (chip) toggle(chip.dataset.name || null);
  }

  /** @param {Event} event */
  function choose(event) {
    const exemplar = closest(event, "button")?.dataset.exemplar;
    if (exemplar === undefined) return;
    state.exemplar = Number(exemplar);
    render();
  }

  /** @param {Event} event */
  function set({ target }) {
    const changed = readSetting(target);
    if (!changed) return;
    Object.assign(state.settings, changed);
    storeSettings(STORE, state.settings);
    render();
  }

  /** @param {Event} event */
  function enlarge(event) {
    const cell = cellAt(event);
    if (cell) large.open(cell.name, cell.view);
  }

  function translate() {
    renderStrings(props.strings);
    render();
  }

  const listen = createListen(root);
  listen(parts.chips, { click: clickChip });
  listen(parts.controls, { input: set });
  listen(parts.chooser, { click: choose });
  listen(parts.matrix, { click: enlarge, pointermove: hover, pointerleave: unmark, scroll: renderPosition });
  large.wire(listen);
  new ResizeObserver(() => state.value && renderPosition()).observe(parts.matrix);
  const usual = state.settings.colours;
  restoreSettings(STORE, state.settings);
  if (!(state.settings.colours in props.colour_scales)) state.settings.colours = usual;
  watch("value", load);
  watch("strings", translate);
  translate();
  load();
}
