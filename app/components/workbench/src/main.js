// @ts-check
import { mount as mountWorkbench } from "./workbench.js";

/**
 * @typedef {object} Props
 * @property {import("./types.js").Model | "" | null} value - Gradio sends "" where there is no value
 * @property {import("../../shared/strings.js").Texts} strings
 * @property {import("./types.js").Scales} scales
 */

/**
 * Tie the workbench to Gradio.
 *
 * @param {import("../../shared/host.js").Host<Props>} host
 */
export function mount({ element, props, trigger, watch }) {
  const workbench = mountWorkbench(element, props.value || null, {
    strings: props.strings,
    scales: props.scales,
    on: { select: ({ cell, ...value }) => trigger("select", { index: cell, value, selected: cell !== null }) },
  });
  watch("value", () => workbench.update(props.value || null));
  watch("strings", () => workbench.translate(props.strings));
}
