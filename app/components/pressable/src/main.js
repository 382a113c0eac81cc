// @ts-check
import { closest } from "../../shared/dom.js";
import { createListen } from "../../shared/listen.js";

/**
 * Tell of a pressed button as a select event: its number is the index, what it is for is the value.
 *
 * @param {import("../../shared/host.js").Host<unknown>} host
 */
export function mount({ element, trigger }) {
  /** @param {Event} event */
  function press(event) {
    const button = closest(event, "button[data-press]");
    if (!button) return;
    const { press: value, index, goto: target } = button.dataset;
    trigger("select", { index: Number(index), value });
    if (target) document.querySelector(target)?.scrollIntoView({ behavior: "smooth", block: "nearest" });
  }

  createListen(element)(element, { click: press });
}
