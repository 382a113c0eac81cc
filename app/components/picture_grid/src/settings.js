// @ts-check

/** @typedef {import("./state.js").Settings} Settings */

const STORE = "sam3viz.picture_grid";

/**
 * Settings outlive a reload of the page, where the browser lets them; a stored value of another kind is left out.
 *
 * @param {Settings} settings - the usual ones, overwritten in place
 * @param {Record<string, unknown>} scales - the colour scales that there are
 */
export function restoreSettings(settings, scales) {
  const usual = { ...settings };
  try {
    const stored = JSON.parse(sessionStorage.getItem(STORE) ?? "null") ?? {};
    const same = Object.entries(usual).filter(([name, value]) => typeof stored[name] === typeof value);
    Object.assign(settings, Object.fromEntries(same.map(([name]) => [name, stored[name]])));
  } catch {
    // Storage is blocked, or holds something else: the usual settings stay.
  }
  if (!(settings.colours in scales)) settings.colours = usual.colours;
}

/** @param {Settings} settings */
export function storeSettings(settings) {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(settings));
  } catch {
    // Storage is blocked: the settings last as long as the page.
  }
}

/**
 * Take over what a person has set.
 *
 * @param {Settings} settings
 * @param {EventTarget | null} input
 * @returns {boolean} whether it was a setting
 */
export function readSetting(settings, input) {
  if (!(input instanceof HTMLInputElement || input instanceof HTMLSelectElement)) return false;
  const { setting } = input.dataset;
  if (!setting) return false;
  const checked = input instanceof HTMLInputElement && input.checked;
  const values = { checkbox: checked, range: Number(input.value) };
  Object.assign(settings, { [setting]: values[/** @type {keyof typeof values} */ (input.type)] ?? input.value });
  return true;
}
