// Made by `make bundle` from ../src and ../../shared: change those.
(() => {
  // shared/dom.js
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

  // pressable/src/main.js
  function mount({ element: element2, trigger: trigger2 }) {
    function press(event) {
      const button = closest(event, "button[data-press]");
      if (!button) return;
      const { press: value, index, goto: target } = button.dataset;
      trigger2("select", { index: Number(index), value });
      if (target) document.querySelector(target)?.scrollIntoView({ behavior: "smooth", block: "nearest" });
    }
    createListen(element2)(element2, { click: press });
  }

  // pressable.js
  mount({ element, trigger, props, server, upload, watch });
})();
