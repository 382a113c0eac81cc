// @ts-check
import { modeOf } from "./scene.js";

const PERIOD = 700; // milliseconds that one picture stays

/**
 * The timer that lets A and B alternate; it runs only while that is on the screen.
 *
 * @param {HTMLElement} root
 * @param {import("./store.js").Store} store
 */
export function createBlink(root, store) {
  const { state } = store;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {ReturnType<typeof setInterval> | null} */
  let timer = null;

  function stop() {
    if (timer) clearInterval(timer);
    timer = null;
  }

  function alternate() {
    if (root.isConnected) turn();
    else stop();
  }

  const turn = () => store.set({ side: state.side === "a" ? "b" : "a" });

  function render() {
    const runs = modeOf(state) === "blink" && state.blinking && !still.matches && Boolean(state.loaded) && !state.spread;
    if (!runs) stop();
    else timer ??= setInterval(alternate, PERIOD);
  }

  /** From here on by hand. */
  function turnByHand() {
    store.set({ blinking: false });
    turn();
  }

  return { render, stop, turnByHand };
}
