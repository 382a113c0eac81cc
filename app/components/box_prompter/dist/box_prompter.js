// Made by `make bundle` from ../src and ../../shared: change those.
(() => {
  // shared/dom.js
  function node(kind, className = "", content = [], style = {}) {
    const result = document.createElement(kind);
    if (className) result.className = className;
    for (const [name, value] of Object.entries(style)) result.style.setProperty(name, value);
    result.append(...[content].flat());
    return result;
  }
  function button(className, content) {
    const result = node("button", className, content);
    result.type = "button";
    return result;
  }
  function query(root, selector, kind) {
    const result = root.querySelector(selector);
    if (!(result instanceof kind)) throw new Error(`The template has no ${kind.name} at ${selector}.`);
    return result;
  }
  var closest = ({ target }, selector) => target instanceof Element ? target.closest(selector) : null;
  var isWithin = ({ target }, parent) => target instanceof Node && parent.contains(target);

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
  function fingerprint(text) {
    let hash = 2166136261;
    for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 16777619);
    return (hash >>> 0).toString(16).padStart(8, "0");
  }
  function stampPrompt(prompt) {
    const boxes = (prompt?.boxes ?? []).map(
      ({ x0, y0, x1, y1, label }) => [...[x0, y0, x1, y1].map((side) => Math.floor(100 * side + 0.5)), label].join(",")
    );
    return `${fingerprint(prompt?.image?.path ?? "")}.${fingerprint(boxes.join(";"))}`;
  }

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
  var exemplarTag = (label, index) => `${label > 0 ? "+" : "−"}${index + 1}`;
  var signName = (label) => label > 0 ? "positive" : "negative";

  // box_prompter/src/actions.js
  function createActions({ stage, help, chooser }, state, drawing, render) {
    return {
      positive: () => drawing.setPolarity(1),
      negative: () => drawing.setPolarity(-1),
      undo: drawing.undo,
      redo: drawing.redo,
      flip: drawing.flip,
      clear: () => drawing.commit([], -1),
      open: () => chooser.click(),
      help: () => {
        help.hidden = !help.hidden;
        render();
      },
      remove: () => {
        if (state.selected < 0) return;
        drawing.remove();
        stage.focus({ preventScroll: true });
      },
      escape: () => {
        if (state.gesture) state.gesture = null;
        else if (!help.hidden) help.hidden = true;
        else state.selected = -1;
        render();
      }
    };
  }

  // shared/numbers.js
  var clamp = (value, low, high) => Math.max(low, Math.min(value, high));
  var percent = (part, whole = 1) => `${100 * part / whole}%`;

  // box_prompter/src/geometry.js
  var tenth = (value) => Math.round(value * 10) / 10;
  var span = (box) => [box.x1 - box.x0, box.y1 - box.y0];
  var area = (box) => (box.x1 - box.x0) * (box.y1 - box.y0);
  var contains = (box, { x, y }) => x >= box.x0 && x <= box.x1 && y >= box.y0 && y <= box.y1;
  function toImage(event, frame, [width, height]) {
    return {
      x: tenth(clamp((event.clientX - frame.left) / frame.width, 0, 1) * width),
      y: tenth(clamp((event.clientY - frame.top) / frame.height, 0, 1) * height)
    };
  }
  function boxBetween(a, b, label) {
    return { x0: Math.min(a.x, b.x), y0: Math.min(a.y, b.y), x1: Math.max(a.x, b.x), y1: Math.max(a.y, b.y), label };
  }
  function move(box, dx, dy, [width, height]) {
    const x = clamp(dx, -box.x0, width - box.x1);
    const y = clamp(dy, -box.y0, height - box.y1);
    return { ...box, x0: tenth(box.x0 + x), y0: tenth(box.y0 + y), x1: tenth(box.x1 + x), y1: tenth(box.y1 + y) };
  }
  function resize(box, edges, dx, dy, [width, height]) {
    const result = { ...box };
    if (edges.includes("w")) result.x0 = tenth(clamp(box.x0 + dx, 0, box.x1 - 1));
    if (edges.includes("e")) result.x1 = tenth(clamp(box.x1 + dx, box.x0 + 1, width));
    if (edges.includes("n")) result.y0 = tenth(clamp(box.y0 + dy, 0, box.y1 - 1));
    if (edges.includes("s")) result.y1 = tenth(clamp(box.y1 + dy, box.y0 + 1, height));
    return result;
  }
  function smallestAt(boxes, point) {
    const hits = [...boxes.keys()].filter((index) => contains(boxes[index], point));
    return hits.length ? hits.reduce((best, index) => area(boxes[index]) < area(boxes[best]) ? index : best) : -1;
  }
  var replaceAt = (boxes, index, box) => boxes.map((old, i) => i === index ? box : old);
  var areEqual = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  // box_prompter/src/drawing.js
  var momentOf = ({ value, path, boxes }) => ({ value, path, boxes });
  function createDrawing({ state, host: { props: props2, trigger: trigger2 }, text, render, show }) {
    function notify(key, values, error = true) {
      state.notice = { text: text(key, values), error };
      render();
    }
    function publish() {
      const [width, height] = state.size ?? [null, null];
      props2.value = { ...props2.value, boxes: state.boxes, width, height };
      state.value = props2.value;
      trigger2("input");
    }
    function commit(boxes, selected = state.selected) {
      const before = state.boxes;
      Object.assign(state, { boxes, selected, gesture: null, notice: null });
      if (!areEqual(before, boxes)) {
        state.past.push({ ...momentOf(state), boxes: before });
        state.future = [];
        publish();
      }
      render();
    }
    function travel(from, to) {
      const moment = from.pop();
      if (!moment) return;
      to.push(momentOf(state));
      const { boxes } = moment;
      if (moment.path !== state.path) return reopen(moment);
      const selected = boxes.length === state.boxes.length ? state.selected : -1;
      Object.assign(state, { boxes, selected, notice: null });
      publish();
      render();
    }
    function reopen({ value, boxes }) {
      props2.value = { ...value, boxes };
      show();
      trigger2("undo");
    }
    return {
      notify,
      commit,
      undo: () => travel(state.past, state.future),
      redo: () => travel(state.future, state.past),
      /** @param {number} index */
      select(index) {
        Object.assign(state, { selected: index, notice: null });
        render();
      },
      /** @param {number} label */
      setPolarity(label) {
        state.polarity = label;
        render();
      },
      flip() {
        if (state.selected < 0) return;
        const box = state.boxes[state.selected];
        commit(replaceAt(state.boxes, state.selected, { ...box, label: -box.label }));
      },
      remove() {
        commit(state.boxes.filter((_, index) => index !== state.selected), -1);
      },
      cancelGesture() {
        state.gesture = null;
        render();
      },
      /** Holding an arrow key is one gesture: it ends when the key comes up. */
      settleNudge() {
        if (state.gesture?.kind === "nudge") commit(state.gesture.boxes);
      }
    };
  }

  // box_prompter/src/files.js
  function createFiles({ root, chooser }, receive, isOurs) {
    return {
      choose() {
        const file = chooser.files?.[0];
        if (file) receive(file);
        chooser.value = "";
      },
      /** @param {ClipboardEvent} event */
      paste(event) {
        const file = [...event.clipboardData?.files ?? []].find((one) => one.type.startsWith("image/"));
        if (!file || !isOurs(event)) return;
        event.preventDefault();
        receive(file);
      },
      /** @param {DragEvent} event */
      dragover(event) {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        root.classList.add("dropping");
      },
      /** @param {DragEvent} event */
      dragleave({ relatedTarget }) {
        if (!(relatedTarget instanceof Node && root.contains(relatedTarget))) root.classList.remove("dropping");
      },
      /** @param {DragEvent} event */
      drop(event) {
        root.classList.remove("dropping");
        const file = event.dataTransfer?.files[0];
        if (!file) return;
        event.preventDefault();
        receive(file);
      }
    };
  }

  // box_prompter/src/keys.js
  var ARROWS = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] };
  var KEYS = { 1: "positive", 2: "negative", x: "flip", escape: "escape", "?": "help" };
  function isTyping(target) {
    if (!(target instanceof Element)) return false;
    return target instanceof HTMLElement && target.isContentEditable || target.matches("input, textarea, select");
  }
  var boxPrompters = () => [.../** @type {NodeListOf<HTMLElement>} */
  document.querySelectorAll(".box-prompter")];
  function createKeys({ parts: { root, stage }, state, drawing, actions, render }) {
    function isActive() {
      const visible = boxPrompters().filter((one) => one.getClientRects().length);
      return (visible.find((one) => one.dataset.active) ?? visible[0]) === root;
    }
    function activate() {
      for (const one of boxPrompters()) delete one.dataset.active;
      root.dataset.active = "true";
    }
    const isOurs = (event) => !event.defaultPrevented && !isTyping(event.composedPath()[0]) && isActive();
    function actionFor(event) {
      const key = event.key.toLowerCase();
      const command = event.ctrlKey || event.metaKey;
      if (event.altKey || command && key !== "z" && key !== "y") return null;
      if (key === "y") return command ? "redo" : null;
      if (key === "z") return event.shiftKey ? "redo" : "undo";
      if (state.selected >= 0 && (key === "delete" || key === "backspace")) return "remove";
      return KEYS[key] ?? null;
    }
    function keydown(event) {
      if (!isOurs(event)) return;
      const handled = event.target === stage && event.key === "Tab" ? tab(event.shiftKey) : nudge(event);
      const action = handled ? null : actionFor(event);
      if (handled || action) event.preventDefault();
      if (!action) return;
      if (action !== "escape") drawing.settleNudge();
      if (!state.gesture || action === "escape") actions[action]();
    }
    function tab(backwards) {
      const none = backwards ? 0 : -1;
      const next = (state.selected < 0 ? none : state.selected) + (backwards ? -1 : 1);
      const inside = next >= 0 && next < state.boxes.length;
      drawing.select(inside ? next : -1);
      return inside;
    }
    function nudge(event) {
      const step = ARROWS[event.key.toLowerCase()];
      const near = isWithin(event, root) || event.target === document.body;
      if (!step || !near || event.altKey || event.ctrlKey || event.metaKey || state.selected < 0) return false;
      if (!state.size || state.gesture && state.gesture.kind !== "nudge") return true;
      const by = event.shiftKey ? 10 : 1;
      const boxes = state.gesture?.boxes ?? state.boxes;
      const box = move(boxes[state.selected], step[0] * by, step[1] * by, state.size);
      state.gesture = { kind: "nudge", box, boxes: replaceAt(boxes, state.selected, box) };
      render();
      return true;
    }
    function keyup(event) {
      if (event.key && event.key.toLowerCase() in ARROWS) drawing.settleNudge();
    }
    return { activate, isOurs, keydown, keyup };
  }

  // box_prompter/src/pictures.js
  async function measure(file) {
    const url = URL.createObjectURL(file);
    const probe = new Image();
    probe.src = url;
    try {
      await probe.decode();
      return { url, width: probe.naturalWidth, height: probe.naturalHeight };
    } catch {
      URL.revokeObjectURL(url);
      return null;
    }
  }
  var megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  function createPictures({ parts: { image }, state, host: { props: props2, trigger: trigger2, upload: upload2 }, drawing, render }) {
    const { notify } = drawing;
    async function receive(file) {
      const { name } = file;
      if (file.type && !file.type.startsWith("image/")) return notify("not_image", { name });
      if (file.size > props2.max_bytes) {
        return notify("too_large", { name, size: megabytes(file.size), limit: megabytes(props2.max_bytes) });
      }
      const turn = ++state.uploads;
      notify("uploading", { name }, false);
      try {
        const [local, stored] = await Promise.all([measure(file), upload2(file)]);
        if (turn === state.uploads) adopt(file, local, stored);
      } catch (error) {
        const reason = error instanceof Error ? error.message : error;
        if (turn === state.uploads) notify("upload_failed", { name, reason });
      }
    }
    function adopt(file, local, stored) {
      if (state.local) URL.revokeObjectURL(state.local.url);
      state.local = local && { path: stored.path, url: local.url };
      const meta = { _type: "gradio.FileData" };
      const data = { ...stored, orig_name: file.name, size: file.size, mime_type: file.type || null, meta };
      const [width, height] = local ? [local.width, local.height] : [null, null];
      props2.value = { image: data, boxes: [], preview: null, width, height };
      load();
      trigger2("upload");
    }
    function load() {
      const { path, boxes } = contents();
      const before = state.past.at(-1);
      const differs = path !== state.path || !areEqual(boxes, state.boxes);
      if (state.path && differs) {
        const returns = path !== state.path && before?.path === path && areEqual(before.boxes, boxes);
        state.past = returns ? state.past.slice(0, -1) : [...state.past, momentOf(state)];
        state.future = [];
      }
      present();
    }
    function contents() {
      const { image: image2, boxes = [] } = props2.value ?? {};
      const path = image2?.path ?? null;
      return { path, boxes: (boxes ?? []).map(({ x0, y0, x1, y1, label }) => ({ x0, y0, x1, y1, label })) };
    }
    function present() {
      const { path, boxes } = contents();
      const value = props2.value ?? {};
      if (path !== state.path) state.size = null;
      if (path !== state.path || !areEqual(boxes, state.boxes)) state.selected = -1;
      Object.assign(state, { value: props2.value, path, boxes, gesture: null, notice: null });
      const stored = value.preview ?? value.image;
      show(stored && stored.path === state.local?.path ? state.local.url : stored?.url ?? null);
    }
    function show(source) {
      if (source === state.source && image.complete) return image.naturalWidth ? onLoad() : onError();
      if (source === state.source) return render();
      Object.assign(state, { source, size: null });
      if (source) image.src = source;
      else image.removeAttribute("src");
      render();
    }
    function onLoad() {
      const { width, height } = props2.value ?? {};
      state.size = width && height ? [width, height] : [image.naturalWidth, image.naturalHeight];
      render();
    }
    function onError() {
      state.size = null;
      if (state.source) notify("not_shown");
      else render();
    }
    return { receive, load, present, onLoad, onError };
  }

  // box_prompter/src/pointer.js
  var CLICK = 4;
  function createPointer({ parts: { stage, frame }, state, props: props2, drawing, render }) {
    function press(event) {
      if (!state.size || ![0, 2].includes(event.button) || closest(event, ".remove")) return;
      drawing.settleNudge();
      if (state.gesture) return drawing.cancelGesture();
      stage.setPointerCapture(event.pointerId);
      state.gesture = {
        pointer: event.pointerId,
        client: [event.clientX, event.clientY],
        from: toImage(event, frame.getBoundingClientRect(), state.size),
        edges: closest(event, ".handle")?.dataset.edges,
        other: event.button === 2 || event.shiftKey
      };
    }
    function pressOf({ pointerId }) {
      const { gesture } = state;
      return gesture && gesture.kind !== "nudge" && gesture.pointer === pointerId ? gesture : null;
    }
    function kindOf({ edges, other, from }) {
      if (edges) return "resize";
      return !other && state.selected >= 0 && contains(state.boxes[state.selected], from) ? "move" : "draw";
    }
    function drag(event) {
      const gesture = pressOf(event);
      if (!gesture || !state.size) return;
      const [x, y] = gesture.client;
      if (!gesture.kind && Math.hypot(event.clientX - x, event.clientY - y) < CLICK) return;
      gesture.kind ??= kindOf(gesture);
      if (gesture.kind === "draw" && state.boxes.length >= props2.max_boxes) {
        state.gesture = null;
        return drawing.notify("too_many", { limit: props2.max_boxes });
      }
      extend(gesture, toImage(event, frame.getBoundingClientRect(), state.size), state.size);
      render();
    }
    function extend(gesture, to, size) {
      const { from, edges = "" } = gesture;
      if (gesture.kind === "draw") {
        gesture.box = boxBetween(from, to, gesture.other ? -state.polarity : state.polarity);
        gesture.boxes = [...state.boxes, gesture.box];
        return;
      }
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const box = state.boxes[state.selected];
      gesture.box = gesture.kind === "move" ? move(box, dx, dy, size) : resize(box, edges, dx, dy, size);
      gesture.boxes = replaceAt(state.boxes, state.selected, gesture.box);
    }
    function release(event) {
      const gesture = pressOf(event);
      if (!gesture) return;
      state.gesture = null;
      if (event.button === 2) state.menuless = event.timeStamp + 100;
      const { kind, box, boxes, edges, from } = gesture;
      if (!kind || !box || !boxes) {
        const hit = edges ? state.selected : smallestAt(state.boxes, from);
        drawing.select(hit === state.selected && !edges ? -1 : hit);
      } else if (kind !== "draw") drawing.commit(boxes);
      else if (Math.min(...span(box)) < smallestSide()) drawing.notify("too_small");
      else drawing.commit(boxes, boxes.length - 1);
    }
    function smallestSide() {
      return Math.max(1, CLICK * (state.size?.[0] ?? 0) / frame.getBoundingClientRect().width);
    }
    function contextmenu(event) {
      if (state.size && (isWithin(event, stage) || event.timeStamp < state.menuless)) event.preventDefault();
    }
    return { press, drag, release, contextmenu };
  }

  // box_prompter/src/state.js
  function createState() {
    return {
      /** @type {Box[]} as published */
      boxes: [],
      /** @type {Moment[]} earlier ones */
      past: [],
      /** @type {Moment[]} undone ones */
      future: [],
      /** @type {Value | null} with the picture on the screen */
      value: null,
      polarity: 1,
      selected: -1,
      /** @type {string | null} server path of the picture */
      path: null,
      /** @type {string | null} address that the <img> shows */
      source: null,
      /** @type {{path: string, url: string} | null} the person's own file, shown without fetching it back */
      local: null,
      /** @type {Size | null} of the original; null until the picture is on the screen */
      size: null,
      /** @type {Press | Nudge | null} */
      gesture: null,
      /** @type {{text: string, error: boolean} | null} */
      notice: null,
      uploads: 0,
      /** Until then, in milliseconds of the page, a context menu belongs to a right drag that ended outside the stage. */
      menuless: 0
    };
  }

  // box_prompter/src/box_nodes.js
  var HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
  var CROSS = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="m3 3 10 10M13 3 3 13"/></svg>';
  function boxNodes(box, index, { size: [width, height], frame, selected, removeTitle }) {
    const classes = `${signName(box.label)}${selected ? " selected" : ""}`;
    const [left, top] = [percent(box.x0, width), percent(box.y0, height)];
    const handles = selected ? handleNodes(box, frame.clientWidth / width) : [];
    const place = { left, top, width: percent(box.x1 - box.x0, width), height: percent(box.y1 - box.y0, height) };
    const outline = node("div", `box ${classes}`, handles, place);
    const below = box.y0 / height * frame.clientHeight < (selected ? 34 : 20);
    const content = [exemplarTag(box.label, index), ...selected ? [removeButton(removeTitle)] : []];
    const tag = node("span", `tag ${classes}${below ? " below" : ""}`, content, { "--left": left, "--top": top });
    return [outline, tag];
  }
  function handleNodes(box, scale) {
    const [wide, tall] = span(box).map((side) => side * scale > 44);
    const fits = (edges) => edges.length === 2 || ("ns".includes(edges) ? wide : tall);
    return HANDLES.filter(fits).map((edges) => {
      const handle = node("span", "handle");
      handle.dataset.edges = edges;
      return handle;
    });
  }
  function removeButton(title) {
    const result = button("remove");
    Object.assign(result, { tabIndex: -1, title, innerHTML: CROSS });
    result.dataset.action = "remove";
    return result;
  }

  // box_prompter/src/view.js
  function findParts(root) {
    return {
      root,
      stage: query(root, ".stage", HTMLElement),
      frame: query(root, ".frame", HTMLElement),
      image: query(root, "img", HTMLImageElement),
      layer: query(root, ".boxes", HTMLElement),
      message: query(root, ".message", HTMLElement),
      size: query(root, ".size", HTMLElement),
      help: query(root, ".help", HTMLElement),
      chooser: query(root, "input[type=file]", HTMLInputElement),
      empty: query(root, ".empty", HTMLElement)
    };
  }
  function sizeOf(box) {
    const [width, height] = span(box).map(Math.round);
    return { width, height };
  }
  function createRender(parts, state, text) {
    const { root, stage, frame, layer, message, size, help, empty } = parts;
    function summary() {
      const { boxes, selected } = state;
      if (!state.size) return "";
      if (!boxes.length) return text("hint");
      if (selected >= 0) {
        const sign = text(signName(boxes[selected].label)).toLowerCase();
        return text("selected", { number: selected + 1, total: boxes.length, sign, ...sizeOf(boxes[selected]) });
      }
      const positive = boxes.filter((box) => box.label > 0).length;
      return text("counts", { positive, negative: boxes.length - positive });
    }
    function renderBoxes() {
      if (!state.size) return layer.replaceChildren();
      const scene = { size: state.size, frame, removeTitle: text("remove_title") };
      const isSelected = (index) => index === state.selected && state.gesture?.kind !== "draw";
      const boxes = state.gesture?.boxes ?? state.boxes;
      layer.replaceChildren(...boxes.flatMap((box, i) => boxNodes(box, i, { ...scene, selected: isSelected(i) })));
    }
    function renderToolbar() {
      const button2 = (name) => query(root, `.toolbar [data-action=${name}]`, HTMLButtonElement);
      button2("positive").setAttribute("aria-pressed", String(state.polarity > 0));
      button2("negative").setAttribute("aria-pressed", String(state.polarity < 0));
      button2("help").setAttribute("aria-expanded", String(!help.hidden));
      button2("undo").disabled = !state.past.length;
      button2("redo").disabled = !state.future.length;
      button2("flip").disabled = state.selected < 0;
      button2("clear").disabled = !state.boxes.length;
    }
    return () => {
      const { gesture, notice } = state;
      empty.hidden = state.source !== null && state.size !== null;
      frame.hidden = state.size === null;
      stage.tabIndex = state.size ? 0 : -1;
      if (state.size) {
        frame.style.setProperty("--width", String(state.size[0]));
        frame.style.setProperty("--height", String(state.size[1]));
      }
      renderBoxes();
      message.textContent = notice?.text ?? (gesture ? message.textContent : summary());
      message.classList.toggle("error", Boolean(notice?.error));
      size.textContent = gesture?.box ? text("size", sizeOf(gesture.box)) : "";
      renderToolbar();
    };
  }

  // box_prompter/src/main.js
  function mount(host) {
    const { element: element2, props: props2, watch: watch2 } = host;
    const root = query(element2, ".box-prompter", HTMLElement);
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
    const pointer = createPointer({ parts, state, props: props2, drawing, render });
    const keys = createKeys({ parts, state, drawing, actions, render });
    const pictures = createPictures({ parts, state, host, drawing, render });
    const files = createFiles(parts, pictures.receive, keys.isOurs);
    function act(event) {
      const name = closest(event, "[data-action]")?.dataset.action;
      if (name && name in actions) actions[
        /** @type {import("./keys.js").Action} */
        name
      ]();
    }
    function translate() {
      renderStrings(props2.strings);
      state.notice = null;
      render();
    }
    const listen = createListen(root);
    listen(parts.stage, {
      pointerdown: pointer.press,
      pointermove: pointer.drag,
      pointerup: pointer.release,
      pointercancel: drawing.cancelGesture
    });
    listen(root, {
      pointerdown: keys.activate,
      focusin: keys.activate,
      click: act,
      dragover: files.dragover,
      dragleave: files.dragleave,
      drop: files.drop
    });
    listen(parts.chooser, { change: files.choose });
    listen(parts.image, { load: pictures.onLoad, error: pictures.onError });
    listen(document, {
      keydown: keys.keydown,
      keyup: keys.keyup,
      paste: files.paste,
      contextmenu: pointer.contextmenu
    });
    listen(window, { blur: drawing.settleNudge });
    new ResizeObserver(() => state.size && !state.gesture && render()).observe(parts.frame);
    watch2("value", pictures.load);
    watch2("strings", translate);
    translate();
    pictures.load();
  }

  // box_prompter.js
  mount({ element, trigger, props, server, upload, watch });
})();
