// @ts-check

/**
 * Settings outlive a reload of the page, where the browser lets them; a stored value of another kind is left out.
 *
 * @param {string} store - name of the component's own store
 * @param {Record<string, unknown>} settings - the usual ones, overwritten in place
 */
export function restoreSettings(store, settings) {
  try {
    const stored = JSON.parse(sessionStorage.getItem(store) ?? "null") ?? {};
    const same = Object.entries(settings).filter(([name, value]) => typeof stored[name] === typeof value);
    Object.assign(settings, Object.fromEntries(same.map(([name]) => [name, stored[name]])));
  } catch {
    // Storage is blocked, or holds something else: the usual settings stay.
  }
}

/**
 * @param {string} store
 * @param {Record<string, unknown>} settings
 */
export function storeSettings(store, settings) {
  try {
    sessionStorage.setItem(store, JSON.stringify(settings));
  } catch {
    // Storage is blocked: the settings last as long as the page.
  }
}

/**
 * What a person has set: the name of the setting and its value; null where it was another input.
 *
 * @param {EventTarget | null} input
 * @returns {Record<string, unknown> | null}
 */
export function readSetting(input) {
  if (!(input instanceof HTMLInputElement || input instanceof HTMLSelectElement)) return null;
  const { setting } = input.dataset;
  if (!setting) return null;
  const checked = input instanceof HTMLInputElement && input.checked;
  const values = { checkbox: checked, range: Number(input.value) };
  return { [setting]: values[/** @type {keyof typeof values} */ (input.type)] ?? input.value };
}
