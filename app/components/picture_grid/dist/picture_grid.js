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
  function replaceChildren(parent, nodes) {
    const differs = nodes.length !== parent.children.length || nodes.some((one, i) => one !== parent.children[i]);
    if (differs) parent.replaceChildren(...nodes);
  }

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

  // picture_grid/src/contents.js
  function contentsOf({ value, grids, settings, exemplar }, variant, view) {
    if (!value) throw new Error("There is nothing to show.");
    const { picture, width, height, reference, reference_width, reference_height } = value;
    const exemplars = value.exemplars.map((box, index) => ({
      box,
      className: signName(box[4]),
      label: exemplarTag(box[4], index)
    }));
    if (view === "heat") {
      const detections = variant.detections.map((box) => ({ box, className: "detection", label: box[4].toFixed(2) }));
      const boxes = [
        ...settings.detections ? detections : [],
        ...settings.exemplars && !reference ? exemplars : []
      ];
      return { source: picture, size: [width, height], grid: grids.get(variant.heat), boxes };
    }
    return {
      source: reference ?? picture,
      size: reference ? [reference_width ?? 1, reference_height ?? 1] : [width, height],
      grid: grids.get(variant.attention?.[exemplar] ?? ""),
      boxes: settings.exemplars ? [exemplars[exemplar]] : []
    };
  }

  // shared/numbers.js
  var clamp = (value, low, high) => Math.max(low, Math.min(value, high));
  var percent = (part, whole = 1) => `${100 * part / whole}%`;

  // shared/canvas.js
  function colourCanvas(canvas, heats, table) {
    const image = new ImageData(canvas.width, canvas.height);
    const words = new Uint32Array(image.data.buffer);
    for (let i = 0; i < words.length; i++) words[i] = table[heats[i]];
    canvas.getContext("2d")?.putImageData(image, 0, 0);
  }
  async function decode(uri) {
    const image = new Image();
    image.src = uri;
    await image.decode();
    return image;
  }
  async function readGrid(uri) {
    const image = await decode(uri);
    const canvas = document.createElement("canvas");
    const [width, height] = [image.naturalWidth, image.naturalHeight];
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("This browser gives no canvas to read pictures with.");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, values: Uint8Array.from({ length: width * height }, (_, i) => data[4 * i]) };
  }

  // shared/raster.js
  var tapCells = (position, count) => tap(position * count - 0.5, count);
  var tapPoints = (position, count) => tap(position * (count - 1), count);
  function tap(index, count) {
    const at = clamp(index, 0, count - 1);
    const low = Math.floor(at);
    return [low, Math.min(low + 1, count - 1), at - low];
  }
  function upscale(grid, width, height) {
    const wide = new Float32Array(grid.height * width);
    for (let x = 0; x < width; x++) {
      const [left, right, share] = tapCells((x + 0.5) / width, grid.width);
      for (let row = 0; row < grid.height; row++) {
        const [a, b] = [grid.values[row * grid.width + left], grid.values[row * grid.width + right]];
        wide[row * width + x] = a + share * (b - a);
      }
    }
    const result = new Uint8ClampedArray(width * height);
    for (let y = 0; y < height; y++) {
      const [top, bottom, share] = tapCells((y + 0.5) / height, grid.height);
      for (let x = 0; x < width; x++) {
        const above = wide[top * width + x];
        result[y * width + x] = above + share * (wide[bottom * width + x] - above);
      }
    }
    return result;
  }
  function sample(grid, { u, v }) {
    const [left, right, x] = tapCells(u, grid.width);
    const [top, bottom, y] = tapCells(v, grid.height);
    const along = (row) => {
      const from = grid.values[row * grid.width + left];
      return from + x * (grid.values[row * grid.width + right] - from);
    };
    return (along(top) + y * (along(bottom) - along(top))) / 255;
  }

  // shared/frame.js
  var frames = /* @__PURE__ */ new WeakMap();
  var sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const frame = frames.get(target);
      if (frame) paint(frame);
    }
  });
  function makeFrame(most = Infinity) {
    const [picture, canvas, boxes] = [node("img", "picture"), node("canvas", "heat"), node("span", "boxes")];
    picture.alt = "";
    const root = node("span", "frame", [picture, canvas, boxes, node("i", "cross")]);
    const frame = { root, picture, canvas, boxes, most, contents: null, table: null, painted: null, heats: null };
    frames.set(root, frame);
    sizes.observe(root);
    return frame;
  }
  var dropFrame = ({ root }) => sizes.unobserve(root);
  function fill(frame, contents, table) {
    const { source, size, grid, boxes } = contents;
    if (frame.picture.getAttribute("src") !== source) frame.picture.src = source;
    frame.root.style.setProperty("--width", String(size[0]));
    frame.root.style.setProperty("--height", String(size[1]));
    frame.boxes.replaceChildren(...boxes.map((box) => boxNode(box, size)));
    if (frame.contents?.grid !== grid) frame.heats = null;
    Object.assign(frame, { contents, table });
    paint(frame);
  }
  function paint(frame) {
    const { canvas, root, table, contents } = frame;
    const { grid, image, opacity = 1 } = contents ?? {};
    canvas.hidden = !grid && !image;
    const ratio = Math.min(devicePixelRatio, 2, frame.most / Math.max(root.clientWidth, root.clientHeight));
    const [width, height] = [root.clientWidth, root.clientHeight].map((side) => Math.round(side * ratio));
    if (canvas.hidden || !table || !width || !height) return;
    if (!grid) return image && paintImage(frame, image, [width, height], opacity);
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, { width, height });
      frame.heats = null;
    } else if (frame.heats && frame.painted === table) return;
    frame.heats ??= upscale(grid, width, height);
    frame.painted = table;
    colourCanvas(canvas, frame.heats, table);
  }
  function paintImage(frame, image, [width, height], opacity) {
    frame.heats = null;
    Object.assign(frame.canvas, { width, height });
    const context = frame.canvas.getContext("2d");
    if (!context) return;
    context.globalAlpha = opacity;
    context.drawImage(image, 0, 0, width, height);
  }
  function boxNode({ box: [x0, y0, x1, y1], className, label, colour }, [width, height]) {
    const style = {
      left: percent(x0, width),
      top: percent(y0, height),
      width: percent(x1 - x0, width),
      height: percent(y1 - y0, height)
    };
    if (colour) style["--band"] = colour;
    const beside = y0 / height >= 0.1 ? "above" : y1 / height <= 0.9 ? "beneath" : "within";
    const start = x0 / width > 0.85 ? "end" : "start";
    const band = colour ? "banded" : "";
    return node("span", `box ${className} ${beside} ${start} ${band}`, node("span", "tag", label), style);
  }
  function lightUp({ boxes, contents }, point) {
    if (!contents) return;
    const [width, height] = contents.size;
    const [x, y] = point ? [point.u * width, point.v * height] : [NaN, NaN];
    contents.boxes.forEach(({ box: [x0, y0, x1, y1] }, index) => {
      boxes.children[index].classList.toggle("under", x >= x0 && x <= x1 && y >= y0 && y <= y1);
    });
  }
  function pointIn({ root }, event) {
    const box = root.getBoundingClientRect();
    const [u, v] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return u >= 0 && u < 1 && v >= 0 && v < 1 ? { u, v } : null;
  }

  // picture_grid/src/state.js
  var VIEWS = ["heat", "attention"];
  var hasAttention = ({ attention }) => Boolean(attention?.length);
  var hasView = (variant, view) => view === "heat" || hasAttention(variant);
  function createState() {
    return {
      /** @type {Value | null} what is on the screen */
      value: null,
      /** @type {Map<string, Grid>} by data URI, of the value on the screen */
      grids: /* @__PURE__ */ new Map(),
      /** @type {Map<string, import("./columns.js").Column>} by name of the variant */
      columns: /* @__PURE__ */ new Map(),
      /** @type {Set<string>} names of variants; stays when the value changes */
      hidden: /* @__PURE__ */ new Set(),
      /** Whose attention is on the screen. */
      exemplar: 0,
      /** @type {{name: string, view: View} | null} what the dialog shows while it is open */
      large: null,
      /** Values come faster than pictures decode: only the last one is shown. */
      turn: 0,
      settings: { colours: "inferno", opacity: 0.8, threshold: 0, detections: true, exemplars: true, colour: false },
      /** @type {Record<View, Uint32Array>} */
      tables: { heat: new Uint32Array(256), attention: new Uint32Array(256) }
    };
  }
  var visibleVariants = ({ value, hidden }) => (value?.variants ?? []).filter(({ name }) => !hidden.has(name));
  function columnOf({ columns }, name) {
    const column = columns.get(name);
    if (!column) throw new Error(`There is no column for ${name}.`);
    return column;
  }

  // picture_grid/src/large_view.js
  var ARROWS = { ArrowLeft: -1, ArrowRight: 1 };
  function createLargeView(dialog, state, text) {
    const part = (selector) => query(dialog, selector, HTMLElement);
    const frame = makeFrame();
    part(".large").append(frame.root);
    let point = null;
    function render() {
      const variants = visibleVariants(state);
      const index = variants.findIndex(({ name }) => name === state.large?.name);
      if (!state.large || index < 0 || !hasView(variants[index], state.large.view)) return dialog.close();
      const [variant, { view }] = [variants[index], state.large];
      part(".title").textContent = variant.title;
      part(".summary").textContent = variant.summary;
      part(".view").textContent = [text(view), variant.note].filter(Boolean).join(" · ");
      part(".count").textContent = text("position", { position: index + 1, total: variants.length });
      part("[data-action=previous]").setAttribute("aria-disabled", String(!neighbour(-1)));
      part("[data-action=next]").setAttribute("aria-disabled", String(!neighbour(1)));
      fill(frame, contentsOf(state, variant, view), state.tables[view]);
      renderValue();
    }
    function renderValue() {
      const { grid, size } = frame.contents ?? {};
      if (!point || !grid || !size || !state.large) {
        part(".value").textContent = "";
        return;
      }
      const key = state.large.view === "heat" ? "value_at" : "share_at";
      const [x, y] = [Math.floor(point.u * size[0]), Math.floor(point.v * size[1])];
      part(".value").textContent = text(key, { value: sample(grid, point).toFixed(2), x, y });
    }
    function neighbour(step2) {
      if (!state.large) return void 0;
      const { name, view } = state.large;
      const variants = visibleVariants(state).filter((variant) => hasView(variant, view));
      return variants[variants.findIndex((variant) => variant.name === name) + step2]?.name;
    }
    function step(by) {
      const name = neighbour(by);
      if (!name || !state.large) return;
      state.large.name = name;
      render();
    }
    function open(name, view) {
      state.large = { name, view };
      point = null;
      if (!dialog.open) dialog.showModal();
      render();
    }
    function onClose() {
      const { name = "", view = "heat" } = state.large ?? {};
      state.large = null;
      state.columns.get(name)?.cells[view].button.focus({ preventScroll: true });
    }
    function keydown(event) {
      event.stopPropagation();
      const by = ARROWS[event.key];
      if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      step(by);
    }
    const actions = { previous: () => step(-1), next: () => step(1), close: () => dialog.close() };
    function click(event) {
      if (event.target === dialog) dialog.close();
      else actions[closest(event, "[data-action]")?.dataset.action ?? ""]?.();
    }
    function read(event) {
      if (!state.large) return;
      point = pointIn(frame, event);
      renderValue();
    }
    function wire(listen) {
      listen(dialog, { keydown, close: onClose, click });
      listen(frame.root, { pointermove: read, pointerdown: read, pointerleave: read });
    }
    return { render, open, wire };
  }

  // picture_grid/src/columns.js
  function makeColumn(name) {
    const [title, note] = [node("strong"), node("span", "note")];
    const head = node("div", "head", [title, note]);
    return { head, title, note, cells: { heat: makeCell(name, "heat"), attention: makeCell(name, "attention") } };
  }
  function makeCell(name, view) {
    const frame = makeFrame();
    const effect = node("span", "effect");
    const cell = { frame, button: button("cell", frame.root), none: node("div", "none", "–"), effect };
    cell.button.append(effect);
    for (const one of [cell.button, cell.none]) Object.assign(one.dataset, { name, view });
    return cell;
  }
  var nodesOf = ({ head, cells }) => [head, ...VIEWS.flatMap((view) => [cells[view].button, cells[view].none])];
  function removeColumn(column) {
    for (const one of nodesOf(column)) one.remove();
    for (const view of VIEWS) dropFrame(column.cells[view].frame);
  }
  function renderColumn(column, { state, variant, index, attention, text }) {
    const gridColumn = String(index + 1);
    column.title.textContent = variant.title;
    column.head.title = variant.summary;
    column.note.textContent = variant.note;
    column.head.hidden = false;
    column.head.style.gridColumn = gridColumn;
    for (const view of VIEWS) {
      const { frame, button: button2, none, effect } = column.cells[view];
      const present = hasView(variant, view);
      button2.style.gridColumn = none.style.gridColumn = gridColumn;
      button2.hidden = !present;
      none.hidden = present || !attention;
      none.title = text("no_attention");
      none.setAttribute("aria-label", `${variant.title}: ${text("no_attention")}`);
      button2.setAttribute("aria-label", text("cell", { title: variant.title, view: text(view), note: variant.note }));
      const change = view === "attention" ? variant.attention_change : null;
      effect.hidden = typeof change !== "number";
      effect.textContent = effect.hidden ? "" : `±${Number(change).toFixed(2)}`;
      if (present) fill(frame, contentsOf(state, variant, view), state.tables[view]);
    }
  }

  // picture_grid/src/loading.js
  async function decodeAll(value, known) {
    const uris = (value?.variants ?? []).flatMap((variant) => [variant.heat, ...variant.attention ?? []]);
    const pictures = [value?.picture, value?.reference].filter((uri) => typeof uri === "string");
    await Promise.all(pictures.map(decode));
    const read = async (uri) => [uri, known.get(uri) ?? await readGrid(uri)];
    return new Map(await Promise.all([...new Set(uris)].map(read)));
  }
  function createLoading({ parts, state, host: { props: props2, trigger: trigger2 }, render, unmark, open }) {
    async function load() {
      const value = props2.value || null;
      const turn = ++state.turn;
      let grids;
      try {
        grids = await decodeAll(value, state.grids);
      } catch (error) {
        if (turn === state.turn) parts.notice.hidden = false;
        console.warn(error);
        return;
      }
      if (turn === state.turn) adopt(value, grids);
    }
    function adopt(value, grids) {
      unmark();
      updateColumns(new Set(value?.variants.map(({ name }) => name)));
      const exemplar = state.exemplar < (value?.exemplars.length ?? 0) ? state.exemplar : 0;
      Object.assign(state, { value, grids, exemplar });
      parts.notice.hidden = true;
      const opened = value?.open && state.columns.has(value.open) ? value.open : null;
      if (opened) state.hidden.delete(opened);
      if (state.columns.size && !visibleVariants(state).length) return toggle(null);
      render();
      if (!opened || !value) return;
      props2.value = { ...value, open: null };
      open(opened, "heat");
    }
    function updateColumns(names) {
      for (const [name, column] of state.columns) {
        if (names.has(name)) continue;
        removeColumn(column);
        state.columns.delete(name);
      }
      for (const name of names) {
        if (state.columns.has(name)) continue;
        const column = makeColumn(name);
        parts.matrix.append(...nodesOf(column));
        state.columns.set(name, column);
      }
    }
    function toggle(name) {
      unmark();
      const selected = !name || state.hidden.has(name);
      if (!name) state.hidden.clear();
      else if (!state.hidden.delete(name)) state.hidden.add(name);
      render();
      const index = name ? state.value?.variants.findIndex((variant) => variant.name === name) : null;
      trigger2("select", { index, selected, value: visibleVariants(state).map((variant) => variant.name) });
    }
    return { load, toggle };
  }

  // picture_grid/src/pointer.js
  function cellAt(event) {
    const { name, view } = closest(event, ".cell")?.dataset ?? {};
    return name && view ? { name, view: (
      /** @type {View} */
      view
    ) } : null;
  }
  function createPointer(matrix, state, text) {
    function hover(event) {
      if (event.pointerType === "touch") return;
      const cell = cellAt(event);
      const point = cell && pointIn(columnOf(state, cell.name).cells[cell.view].frame, event);
      if (point) mark(cell.view, point);
      else unmark();
    }
    function mark(view, point) {
      if (matrix.dataset.pointed !== view) unmark();
      matrix.dataset.pointed = view;
      matrix.style.setProperty("--u", percent(point.u));
      matrix.style.setProperty("--v", percent(point.v));
      for (const variant of visibleVariants(state).filter((one) => hasView(one, view))) {
        const { note, cells } = columnOf(state, variant.name);
        const { frame } = cells[view];
        const grid = frame.contents?.grid;
        if (!grid) continue;
        note.textContent = text(view === "heat" ? "value" : "share", { value: sample(grid, point).toFixed(2) });
        lightUp(frame, point);
      }
    }
    function unmark() {
      if (!matrix.dataset.pointed) return;
      delete matrix.dataset.pointed;
      for (const variant of visibleVariants(state)) {
        const { note, cells } = columnOf(state, variant.name);
        note.textContent = variant.note;
        for (const view of VIEWS) lightUp(cells[view].frame, null);
      }
    }
    return { hover, unmark };
  }

  // shared/settings.js
  function restoreSettings(store, settings) {
    try {
      const stored = JSON.parse(sessionStorage.getItem(store) ?? "null") ?? {};
      const same = Object.entries(settings).filter(([name, value]) => typeof stored[name] === typeof value);
      Object.assign(settings, Object.fromEntries(same.map(([name]) => [name, stored[name]])));
    } catch {
    }
  }
  function storeSettings(store, settings) {
    try {
      sessionStorage.setItem(store, JSON.stringify(settings));
    } catch {
    }
  }
  function readSetting(input) {
    if (!(input instanceof HTMLInputElement || input instanceof HTMLSelectElement)) return null;
    const { setting } = input.dataset;
    if (!setting) return null;
    const checked = input instanceof HTMLInputElement && input.checked;
    const values = { checkbox: checked, range: Number(input.value) };
    return { [setting]: values[
      /** @type {keyof typeof values} */
      input.type
    ] ?? input.value };
  }

  // shared/colours.js
  var channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  function colourTable(scale, opacity, threshold = 0) {
    const colours = scale.map(channels);
    const bytes = new Uint8ClampedArray(4 * 256);
    for (let heat = 0; heat < 256; heat++) {
      const alpha = heat / 255 >= threshold ? opacity * heat : 0;
      bytes.set([...mix(colours, heat / 255), alpha], 4 * heat);
    }
    return new Uint32Array(bytes.buffer);
  }
  function mix(colours, position) {
    const [low, high, share] = tapPoints(position, colours.length);
    return colours[low].map((from, channel) => from + share * (colours[high][channel] - from));
  }

  // picture_grid/src/controls.js
  var RAMP = Uint8Array.from({ length: 256 }, (_, heat) => heat);
  function createControls({ chips, chooser, controls, bar, tick }, state, text) {
    function renderChips(variants) {
      const visible = visibleVariants(state).length;
      const present = (
        /** @type {HTMLCollectionOf<HTMLButtonElement>} */
        chips.children
      );
      const reuse = new Map([...present].map((chip) => [chip.dataset.name, chip]));
      const nodes = variants.map(({ name, title }) => {
        const chip = reuse.get(name) ?? button("chip");
        const pressed = !state.hidden.has(name);
        const disabled = pressed && visible === 1;
        Object.assign(chip, { textContent: title, title: text("toggle_title", { title }), disabled });
        chip.dataset.name = name;
        chip.setAttribute("aria-pressed", String(pressed));
        return chip;
      });
      const all = reuse.get("") ?? button("all");
      Object.assign(all, { textContent: text("all"), hidden: visible === nodes.length });
      all.dataset.name = "";
      replaceChildren(chips, [...nodes, all]);
    }
    function renderChooser(exemplars) {
      const present = (
        /** @type {HTMLCollectionOf<HTMLButtonElement>} */
        chooser.children
      );
      const nodes = exemplars.map(([, , , , label], index) => {
        const one = present[index] ?? button();
        const tag = exemplarTag(label, index);
        Object.assign(one, { className: signName(label), textContent: tag, title: text("choose_title", { tag }) });
        one.dataset.exemplar = String(index);
        one.setAttribute("aria-pressed", String(index === state.exemplar));
        return one;
      });
      chooser.hidden = nodes.length < 2;
      replaceChildren(chooser, nodes);
    }
    function renderSettings(exemplars) {
      const { colours, opacity, threshold, ...switches } = state.settings;
      const find = (name) => query(controls, `input[data-setting=${name}]`, HTMLInputElement);
      query(controls, "select[data-setting=colours]", HTMLSelectElement).value = colours;
      for (const [name, checked] of Object.entries(switches)) find(name).checked = checked;
      const written = { opacity: text("percent", { value: Math.round(100 * opacity) }), threshold: threshold.toFixed(2) };
      for (const [name, value] of Object.entries({ opacity, threshold })) {
        const input = find(name);
        input.value = String(value);
        const output = input.nextElementSibling;
        if (output) output.textContent = written[
          /** @type {keyof typeof written} */
          name
        ];
      }
      const label = find("exemplars").parentElement;
      if (label) label.hidden = !exemplars;
      colourCanvas(bar, RAMP, state.tables.heat);
      tick.style.left = percent(threshold);
      tick.hidden = threshold === 0;
    }
    return () => {
      if (!state.value) return;
      renderChips(state.value.variants);
      renderChooser(state.value.exemplars);
      renderSettings(state.value.exemplars.length > 0);
    };
  }

  // picture_grid/src/view.js
  function findParts(root) {
    return {
      root,
      empty: query(root, ".empty", HTMLElement),
      notice: query(root, ".notice", HTMLElement),
      filled: query(root, ".filled", HTMLElement),
      chips: query(root, ".chips", HTMLElement),
      controls: query(root, ".controls", HTMLElement),
      matrix: query(root, ".matrix", HTMLElement),
      attention: query(root, ".matrix .caption[data-view=attention]", HTMLElement),
      bar: query(root, ".bar canvas", HTMLCanvasElement),
      tick: query(root, ".tick", HTMLElement),
      chooser: query(root, ".chooser", HTMLElement),
      position: query(root, ".position", HTMLElement),
      dialog: query(root, "dialog", HTMLDialogElement)
    };
  }
  function createView({ parts, state, props: props2, text, renderLarge }) {
    const { root, matrix, position } = parts;
    const renderControls = createControls(parts, state, text);
    function render() {
      const none = !state.value;
      parts.empty.hidden = !none;
      parts.filled.hidden = none;
      if (none) return parts.dialog.close();
      const { colours, opacity, threshold, colour } = state.settings;
      const scale = props2.colour_scales[colours];
      state.tables = { heat: colourTable(scale, opacity, threshold), attention: colourTable(scale, opacity) };
      const variants = visibleVariants(state);
      const attention = variants.some(hasAttention);
      root.classList.toggle("colourful", colour);
      matrix.style.setProperty("--columns", String(variants.length));
      parts.attention.hidden = !attention;
      for (const column of state.columns.values()) for (const one of nodesOf(column)) one.hidden = true;
      variants.forEach((variant, index) => {
        renderColumn(columnOf(state, variant.name), { state, variant, index, attention, text });
      });
      renderControls();
      renderPosition();
      renderLarge();
    }
    function renderPosition() {
      const all = matrix.scrollWidth <= matrix.clientWidth + 1;
      position.hidden = all;
      if (all) return;
      const { left, right } = matrix.getBoundingClientRect();
      const visible = visibleVariants(state).map(({ name }) => {
        const box = columnOf(state, name).head.getBoundingClientRect();
        const middle = (box.left + box.right) / 2;
        return middle > left && middle < right;
      });
      const [first, last] = [visible.indexOf(true) + 1, visible.lastIndexOf(true) + 1];
      const range = first === last ? first : `${first}–${last}`;
      const count = text("position", { position: range, total: visible.length });
      query(position, ".count", HTMLElement).textContent = count;
      const dots = visible.map((one) => node("i", one ? "on" : ""));
      query(position, ".dots", HTMLElement).replaceChildren(...dots);
    }
    return { render, renderPosition };
  }

  // picture_grid/src/main.js
  var STORE = "sam3viz.picture_grid";
  function mount(host) {
    const { element: element2, props: props2, watch: watch2 } = host;
    const root = query(element2, ".picture-grid", HTMLElement);
    const parts = findParts(root);
    const state = createState();
    const { text, renderStrings } = createStrings(root);
    const large = createLargeView(parts.dialog, state, text);
    const { render, renderPosition } = createView({ parts, state, props: props2, text, renderLarge: large.render });
    const { hover, unmark } = createPointer(parts.matrix, state, text);
    const { load, toggle } = createLoading({ parts, state, host, render, unmark, open: large.open });
    function clickChip(event) {
      const chip = closest(event, "button");
      if (chip) toggle(chip.dataset.name || null);
    }
    function choose(event) {
      const exemplar = closest(event, "button")?.dataset.exemplar;
      if (exemplar === void 0) return;
      state.exemplar = Number(exemplar);
      render();
    }
    function set({ target }) {
      const changed = readSetting(target);
      if (!changed) return;
      Object.assign(state.settings, changed);
      storeSettings(STORE, state.settings);
      render();
    }
    function enlarge(event) {
      const cell = cellAt(event);
      if (cell) large.open(cell.name, cell.view);
    }
    function translate() {
      renderStrings(props2.strings);
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
    if (!(state.settings.colours in props2.colour_scales)) state.settings.colours = usual;
    watch2("value", load);
    watch2("strings", translate);
    translate();
    load();
  }

  // picture_grid.js
  mount({ element, trigger, props, server, upload, watch });
})();
