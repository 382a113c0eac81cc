// Made by `make bundle` from ../src and ../../shared: change those.
(() => {
  // shared/dom.js
  function query(root, selector, kind) {
    const result = root.querySelector(selector);
    if (!(result instanceof kind)) throw new Error(`The template has no ${kind.name} at ${selector}.`);
    return result;
  }
  var closest = ({ target }, selector) => target instanceof Element ? target.closest(selector) : null;

  // shared/listen.js
  function createListen(root) {
    const life = new AbortController();
    return (target, handlers) => {
      for (const [name, handler] of Object.entries(handlers)) {
        const handle = (
          /** @type {(event: Event) => void} */
          handler
        );
        const guarded = (event) => root.isConnected ? handle(event) : life.abort();
        target.addEventListener(name, guarded, { signal: life.signal });
      }
    };
  }

  // shared/stamp.js
  var PROMPT_EVENT = "sam3viz:prompt";

  // shared/strings.js
  var format = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  function createStrings(root) {
    const texts = {};
    const text = (key, values = {}) => format(texts[key], values);
    function each(name, set) {
      for (
        const one of
        /** @type {NodeListOf<HTMLElement>} */
        root.querySelectorAll(`[data-${name}]`)
      ) {
        set(one, text(
          /** @type {string} */
          one.dataset[name]
        ));
      }
    }
    function renderStrings(sentences) {
      Object.assign(texts, sentences);
      each("text", (one, sentence) => one.textContent = sentence);
      each("title", (one, sentence) => one.title = sentence);
      each("label", (one, sentence) => one.setAttribute("aria-label", sentence));
    }
    return { text, renderStrings };
  }

  // status_line/src/freshness.js
  var stampOf = (prompt, source, language) => `${prompt}.${source}.${language}`;
  function assess(stamp, wanted) {
    if (stamp === wanted) return "current";
    return stamp.split(".")[0] === wanted.split(".")[0] ? "stale" : "other";
  }
  function stateOf({ shown, stamp, finished }, wanted, stopped) {
    if (!wanted) return "idle";
    if (stamp === wanted && finished) return Object.values(shown).some(Boolean) ? "current" : "idle";
    return stopped === wanted ? "stale" : "computing";
  }

  // status_line/src/main.js
  var PATIENCE = { first: 15e3, next: 6e4 };
  var RETRIES = 3;
  var NOTHING = { shown: {}, stamp: "", phase: "", finished: false };
  function mount({ element: element2, props: props2, trigger: trigger2, watch: watch2 }) {
    const root = query(element2, ".status-line", HTMLElement);
    const sentence = query(root, ".sentence", HTMLElement);
    const [stop, again] = ["stop", "again"].map((name) => query(root, `[data-action=${name}]`, HTMLButtonElement));
    const { text, renderStrings } = createStrings(root);
    const shown = {};
    let prompt = "";
    let asked = "";
    let stopped = "";
    let watchdog = 0;
    let retries = 0;
    let event = "input";
    const progress = () => props2.value || NOTHING;
    const wanted = () => prompt && stampOf(prompt, props2.source, props2.language);
    function markViews() {
      for (const id of props2.views) {
        const view = document.getElementById(id);
        if (!view) continue;
        const hash = shown[id] ?? "";
        const data = { freshness: hash ? assess(hash, wanted()) : "current", hash, freshnessLabel: text("stale") };
        for (const [name, value] of Object.entries(data)) if (view.dataset[name] !== value) view.dataset[name] = value;
      }
    }
    function render() {
      const state = stateOf(progress(), wanted(), stopped);
      const { phase, stamp } = progress();
      const said = { idle: "idle", current: "current", stale: "stopped", computing: phase && stamp === wanted() ? "computing" : "waiting" };
      Object.assign(root.dataset, { state, hash: wanted() });
      sentence.textContent = text(said[state], { phase });
      stop.hidden = state !== "computing";
      again.hidden = state !== "stale";
      markViews();
    }
    function ask() {
      const stamp = wanted();
      if (stamp && stamp !== asked) {
        asked = stamp;
        stopped = "";
        retries = 0;
        trigger2("edit");
        send();
      }
      render();
    }
    function send() {
      trigger2(event);
      awaitWord(PATIENCE.first);
    }
    function awaitWord(patience) {
      clearTimeout(watchdog);
      watchdog = window.setTimeout(() => {
        if (stateOf(progress(), wanted(), stopped) !== "computing") return;
        if (retries++ === RETRIES) return giveUp();
        event = "retry";
        send();
      }, patience);
    }
    function notePrompt(event2) {
      if (!(event2 instanceof CustomEvent) || !closest(event2, `#${props2.prompter}`)) return;
      prompt = event2.detail;
      ask();
    }
    function giveUp() {
      stopped = wanted();
      trigger2("stop");
      render();
    }
    function act(event2) {
      const action = closest(event2, "[data-action]")?.dataset.action;
      if (action === "stop") giveUp();
      else if (action === "again") {
        asked = "";
        ask();
      }
    }
    function receive() {
      Object.assign(shown, progress().shown);
      if (progress().stamp === wanted()) awaitWord(PATIENCE.next);
      render();
    }
    function translate() {
      renderStrings(props2.strings);
      render();
    }
    const listen = createListen(root);
    listen(root, { click: act });
    listen(
      document,
      /** @type {import("../../shared/listen.js").Handlers} */
      { [PROMPT_EVENT]: notePrompt }
    );
    watch2("value", receive);
    watch2(["source", "language"], ask);
    watch2("strings", translate);
    translate();
  }

  // status_line.js
  mount({ element, trigger, props, server, upload, watch });
})();
