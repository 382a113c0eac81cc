// @ts-check

/** @typedef {{[Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void}} Handlers */
/** @typedef {(target: EventTarget, handlers: Handlers) => void} Listen */

/**
 * Make a function that listens until the component has left the page: Gradio does not tell when it takes one away.
 *
 * @param {Element} root - of the component
 * @returns {Listen}
 */
export function createListen(root) {
  const life = new AbortController();
  return (target, handlers) => {
    for (const [name, handler] of Object.entries(handlers)) {
      const handle = /** @type {(event: Event) => void} */ (handler);
      const guarded = (/** @type {Event} */ event) => (root.isConnected ? handle(event) : life.abort());
      target.addEventListener(name, guarded, { signal: life.signal });
    }
  };
}
