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

  // shared/strings.js
  var format = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  function createStrings(root) {
    const texts = {};
    const text = (key, values = {}) => format(texts[key], values);
    function each2(name, set) {
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
      each2("text", (one, sentence) => one.textContent = sentence);
      each2("title", (one, sentence) => one.title = sentence);
      each2("label", (one, sentence) => one.setAttribute("aria-label", sentence));
    }
    return { text, renderStrings };
  }
  var exemplarTag = (label, index) => `${label > 0 ? "+" : "−"}${index + 1}`;
  var signName = (label) => label > 0 ? "positive" : "negative";

  // shared/numbers.js
  var clamp = (value, low, high) => Math.max(low, Math.min(value, high));
  var percent = (part, whole = 1) => `${100 * part / whole}%`;

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
  function divergingTable(scale, opacity) {
    const colours = scale.map(channels);
    const bytes = new Uint8ClampedArray(4 * 256);
    for (let byte = 0; byte < 256; byte++) {
      const size = Math.abs(byte - 127.5) / 127.5;
      const alpha = byte === 127 || byte === 128 ? 0 : 255 * opacity * Math.sqrt(size);
      bytes.set([...mix(colours, byte / 255), alpha], 4 * byte);
    }
    return new Uint32Array(bytes.buffer);
  }
  function mix(colours, position) {
    const [low, high, share] = tapPoints(position, colours.length);
    return colours[low].map((from, channel) => from + share * (colours[high][channel] - from));
  }

  // workbench/src/difference.js
  var LIMITS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8];
  var valuesLike = (grid, { width, height }) => grid.width === width && grid.height === height ? grid.values : upscale(grid, width, height);
  function difference(a, b) {
    const { width, height } = a;
    const other = valuesLike(b, a);
    const values = Float32Array.from(a.values, (value, i) => value - other[i]);
    const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 255;
    const limit = LIMITS.find((one) => most <= one + 1e-6) ?? 1;
    return { grid: { width, height, values: values.map((value) => 127.5 + value / limit / 2) }, limit };
  }
  function correlation(a, b) {
    const [x, y] = [a.values, valuesLike(b, a)];
    const [meanX, meanY] = [mean(x), mean(y)];
    let [xy, xx, yy] = [0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      const [dx, dy] = [x[i] - meanX, y[i] - meanY];
      xy += dx * dy;
      xx += dx * dx;
      yy += dy * dy;
    }
    return xx && yy ? xy / Math.sqrt(xx * yy) : 0;
  }
  function mean(values) {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i];
    return sum / values.length;
  }

  // workbench/src/similarity.js
  function unpack(buffer, { columns, rows, channels: channels2, scales }) {
    const bytes = new Int8Array(buffer);
    const count = columns * rows;
    if (bytes.length !== count * channels2) {
      throw new Error(`${bytes.length} bytes are not ${columns} x ${rows} tokens of ${channels2} channels.`);
    }
    const vectors = new Float32Array(bytes.length);
    for (let cell = 0; cell < count; cell++) {
      let squares = 0;
      for (let at = cell * channels2, i = 0; i < channels2; at++, i++) {
        vectors[at] = bytes[at] * scales[i];
        squares += vectors[at] ** 2;
      }
      const length = Math.sqrt(squares) || 1;
      for (let at = cell * channels2, i = 0; i < channels2; at++, i++) vectors[at] /= length;
    }
    return { columns, rows, channels: channels2, vectors };
  }
  function cosinesOf({ columns, rows, channels: channels2, vectors }, cell) {
    const asked = vectors.subarray(cell * channels2, (cell + 1) * channels2);
    const result = new Float32Array(columns * rows);
    for (let other = 0, at = 0; other < result.length; other++) {
      let sum = 0;
      for (let i = 0; i < channels2; i++, at++) sum += asked[i] * vectors[at];
      result[other] = sum;
    }
    return result;
  }
  function nearest({ columns }, cosines, cell, count) {
    const [column, row] = [cell % columns, Math.floor(cell / columns)];
    const best = [];
    cosines.forEach((cosine, other) => {
      if (best.length === count && cosine <= best[count - 1].cosine) return;
      if (Math.abs(other % columns - column) <= 1 && Math.abs(Math.floor(other / columns) - row) <= 1) return;
      const place = best.findIndex((one) => one.cosine < cosine);
      best.splice(place < 0 ? best.length : place, 0, { cell: other, cosine });
      best.length = Math.min(best.length, count);
    });
    return best;
  }
  function cellAt({ columns, rows }, { u, v }) {
    const [column, row] = [clamp(Math.floor(u * columns), 0, columns - 1), clamp(Math.floor(v * rows), 0, rows - 1)];
    return row * columns + column;
  }
  var centreOf = ({ columns, rows }, cell) => ({
    u: (cell % columns + 0.5) / columns,
    v: (Math.floor(cell / columns) + 0.5) / rows
  });

  // workbench/src/scene.js
  function createScene(store, tokens, scales) {
    const { state } = store;
    const similarities = /* @__PURE__ */ new Map();
    let compared = null;
    const tables = /* @__PURE__ */ new Map();
    function asked() {
      const cells = state.loaded?.model.variants[0]?.tokens;
      if (!cells || state.selection !== null) return state.selection;
      return state.hover && state.layer === "similarity" ? cellAt(cells, state.hover) : null;
    }
    function similarityOf({ tokens: packed }) {
      const source = tokens.get(packed);
      const cell = asked();
      if (!source || cell === null) return null;
      const known = similarities.get(packed.url);
      if (known?.cell === cell) return known;
      const cosines = cosinesOf(source, cell);
      const values = cosines.map((cosine) => 255 * Math.max(cosine, 0));
      const result = { cell, cosines, grid: { width: source.columns, height: source.rows, values } };
      similarities.set(packed.url, result);
      return result;
    }
    const missing = ({ tokens: packed }) => tokens.failed(packed) ? "failed" : "coming";
    function gridOf(variant) {
      const { layer, box, loaded } = state;
      if (layer === "heat") return loaded?.grids.get(variant.heat);
      if (layer === "attention") return loaded?.grids.get(variant.attention?.[box] ?? "");
      return layer === "similarity" ? similarityOf(variant)?.grid : void 0;
    }
    function differenceOf() {
      const pair = store.pair();
      const [a, b] = [pair && gridOf(pair.a), pair && gridOf(pair.b)];
      if (!a || !b) return null;
      if (compared?.a !== a || compared.b !== b) compared = { a, b, result: difference(a, b) };
      return compared.result;
    }
    function table() {
      const { colours, opacity, layer } = state;
      const threshold = layer === "attention" ? 0 : state.threshold;
      const make = () => colourTable(scales.heat[colours], opacity, threshold);
      return kept(`${colours} ${opacity} ${threshold}`, make);
    }
    const differenceTable = () => kept(`${state.opacity}`, () => divergingTable(scales.difference, state.opacity));
    function kept(key, make) {
      const known = tables.get(key) ?? make();
      tables.set(key, known);
      return known;
    }
    function contentsOf({ rgb }, boxes, grid) {
      const { loaded, layer, opacity } = state;
      if (!loaded) throw new Error("There is nothing to show.");
      const { picture, width, height } = loaded.model;
      const image = layer === "pca" ? loaded.images.get(rgb) : void 0;
      return { source: picture, size: [width, height], grid, image, opacity, boxes };
    }
    function valueAt(variant, point) {
      if (state.layer === "similarity") {
        const answer = state.selection === null ? null : similarityOf(variant);
        return answer ? answer.cosines[cellAt(variant.tokens, point)] : null;
      }
      const grid = gridOf(variant);
      return grid ? sample(grid, point) : null;
    }
    return { asked, similarityOf, missing, gridOf, differenceOf, table, differenceTable, contentsOf, valueAt };
  }
  var hasNumbers = (layer) => layer !== "pca" && layer !== "picture";
  var modeOf = ({ mode, layer }) => mode === "difference" && !hasNumbers(layer) ? "side" : mode;
  function effectOf({ attention, attention_change: change }, text) {
    if (!attention?.length) return text("no_attention");
    return change === null ? "" : text("effect", { value: change.toFixed(2) });
  }
  var shownDetections = ({ detections }, threshold) => detections.filter(([, , , , score]) => score >= threshold);

  // workbench/src/blink.js
  var PERIOD = 700;
  function createBlink(root, store) {
    const { state } = store;
    const still = matchMedia("(prefers-reduced-motion: reduce)");
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
    function turnByHand() {
      store.set({ blinking: false });
      turn();
    }
    return { render, stop, turnByHand };
  }

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

  // workbench/src/order.js
  function pairOf(variants, wanted) {
    const names = variants.map(({ name }) => name);
    const other = (all, but) => all.find((name) => name !== but) ?? names[0];
    if (!names.includes(wanted.a)) {
      const b = names.includes(wanted.b) ? wanted.b : names[0];
      return { a: other([...names].reverse(), b), b };
    }
    return { a: wanted.a, b: names.includes(wanted.b) ? wanted.b : other(names, wanted.a) };
  }
  function sorted(variants, by, agreement) {
    if (by === "detections") return [...variants].sort((a, b) => b.detections.length - a.detections.length);
    if (by !== "agreement") return [...variants];
    const values = new Map(variants.map((one) => [one.name, agreement(one)]));
    return [...variants].sort((a, b) => (values.get(b.name) ?? 0) - (values.get(a.name) ?? 0));
  }

  // workbench/src/cards.js
  var DETAIL = 600;
  function makeCard(name) {
    const frame = makeFrame(DETAIL);
    const [title, note, badge2] = [node("strong"), node("span", "note"), node("b", "badge a", "A")];
    const pick = button("pick", [frame.root, title, note]);
    const other = button("other", "B");
    const root = node("div", "card", [pick, badge2, other]);
    root.dataset.testid = `variant-card-${name}`;
    root.dataset.name = name;
    return { root, frame, title, note, badge: badge2, pick, other };
  }
  function createCards(root, store, scene, text) {
    const { state } = store;
    const parent = query(root, ".variants", HTMLElement);
    const cards = /* @__PURE__ */ new Map();
    function agreement({ heat }) {
      const grids = state.loaded?.grids;
      const [own, other] = [grids?.get(heat), grids?.get(store.pair()?.a.heat ?? "")];
      return own && other ? correlation(own, other) : 0;
    }
    const order = () => sorted(state.loaded?.model.variants ?? [], state.sort, agreement);
    function cardOf({ name }) {
      const card = cards.get(name) ?? makeCard(name);
      cards.set(name, card);
      return card;
    }
    function render() {
      const { loaded, sort } = state;
      const variants = order();
      const names = new Set(variants.map(({ name }) => name));
      for (const [name, { frame }] of cards) {
        if (names.has(name)) continue;
        dropFrame(frame);
        cards.delete(name);
      }
      replaceChildren(parent, variants.map((variant) => cardOf(variant).root));
      const pair = store.pair();
      for (const variant of variants) {
        const card = cardOf(variant);
        const side = pair?.a === variant ? "a" : pair?.b === variant ? "b" : "";
        card.title.textContent = variant.title;
        card.note.textContent = noteOf(variant, sort === "agreement");
        card.root.dataset.hash = loaded?.model.key;
        card.root.dataset.side = side;
        card.badge.hidden = side !== "a";
        card.pick.title = text("card_title", { summary: variant.summary });
        card.pick.setAttribute("aria-pressed", String(side === "a"));
        card.other.setAttribute("aria-label", text("card_b", { title: variant.title }));
        card.other.title = text("card_b", { title: variant.title });
        card.other.setAttribute("aria-pressed", String(side === "b"));
        fill(card.frame, scene.contentsOf(variant, [], scene.gridOf(variant)), scene.table());
      }
    }
    function noteOf(variant, agreeing) {
      if (state.layer === "attention") return effectOf(variant, text);
      return agreeing ? text("agreement_note", { value: agreement(variant).toFixed(2) }) : variant.note;
    }
    function step(by) {
      const variants = order();
      const index = variants.findIndex((one) => one === store.pair()?.a);
      const next = variants[(index + by + variants.length) % variants.length];
      if (next) store.choose("a", next.name);
    }
    const destroy = () => [...cards.values()].forEach(({ frame }) => dropFrame(frame));
    return { render, step, destroy };
  }

  // workbench/src/boxes.js
  var NEAREST = 6;
  function boxesOf(state, scene, variant) {
    const model = state.loaded?.model;
    if (!model) return [];
    const { layer, threshold, selection, box } = state;
    const drawn = model.exemplars.map((one, index) => ({
      box: one,
      className: signName(one[4]),
      label: exemplarTag(one[4], index),
      colour: layer === "pca" ? variant.exemplar_colours[index] : ""
    }));
    const found = shownDetections(variant, threshold).map((one) => ({
      box: one,
      className: "detection",
      label: one[4].toFixed(2)
    }));
    const detections = state.detections && layer !== "attention" && modeOf(state) !== "difference";
    const patch = (cell, className) => ({
      box: patchBox(model, cell),
      className,
      label: ""
    });
    const answer = selection !== null && layer === "similarity" ? scene.similarityOf(variant) : null;
    const near = answer ? nearest(variant.tokens, answer.cosines, answer.cell, NEAREST) : [];
    return [
      ...detections ? found : [],
      ...state.exemplars ? drawn.filter((_, index) => layer !== "attention" || index === box) : [],
      ...near.map(({ cell }) => patch(cell, "near")),
      ...selection === null ? [] : [patch(selection, "patch")]
    ];
  }
  function patchBox({ width, height, variants }, cell) {
    const { tokens } = variants[0];
    const { u, v } = centreOf(tokens, cell);
    const [x, y] = [width / tokens.columns / 2, height / tokens.rows / 2];
    return [u * width - x, v * height - y, u * width + x, v * height + y];
  }

  // workbench/src/stage.js
  var DETAIL2 = 1200;
  var SIDES = ["a", "b"];
  var DRAWN = ["loaded", "a", "b", "mode", "layer", "box", "side", "spread", "selection", "arrivals", "language"];
  var SETTINGS = ["colours", "opacity", "threshold", "detections", "exemplars"];
  function makePane(root, side) {
    const view = query(root, `.pane[data-side=${side}]`, HTMLElement);
    const head = query(root, `.pane-head[data-side=${side}]`, HTMLElement);
    const frame = makeFrame(DETAIL2);
    const reading = node("span", "reading");
    frame.root.append(reading);
    view.prepend(frame.root);
    return { view, head, frame, reading, message: query(view, ".message", HTMLElement) };
  }
  function createStage(root, store, scene, text) {
    const { state } = store;
    const views = query(root, ".views", HTMLElement);
    const handle = query(root, ".handle", HTMLElement);
    const panes = { a: makePane(root, "a"), b: makePane(root, "b") };
    function renderPictures() {
      const pair = store.pair();
      if (!pair || !state.loaded) return;
      const { width, height, exemplars } = state.loaded.model;
      views.style.setProperty("--width", String(width));
      views.style.setProperty("--height", String(height));
      query(root, ".stage", HTMLElement).dataset.boxes = String(exemplars.length);
      const difference2 = modeOf(state) === "difference";
      for (const side of SIDES) {
        const variant = pair[side];
        const { head, frame, message } = panes[side];
        query(head, "strong", HTMLElement).textContent = variant.title;
        const summary = query(head, ".summary", HTMLElement);
        summary.textContent = summary.title = variant.summary;
        const grid = difference2 ? scene.differenceOf()?.grid : scene.gridOf(variant);
        const boxes = boxesOf(state, scene, variant);
        fill(frame, scene.contentsOf(variant, boxes, grid), difference2 ? scene.differenceTable() : scene.table());
        message.textContent = messageOf(difference2 && !grid ? [pair.a, pair.b] : [variant]);
      }
    }
    function messageOf(variants) {
      const { layer } = state;
      if (layer === "attention" && variants.some(({ attention }) => !attention?.length)) return text("no_attention");
      if (layer !== "similarity") return "";
      if (scene.asked() === null) return text("ask");
      const without = variants.find((variant) => !scene.similarityOf(variant));
      return without ? text(scene.missing(without)) : "";
    }
    function renderZoom() {
      const { scale, x, y } = state.zoom;
      views.style.setProperty("--zoom", String(scale));
      views.style.setProperty("--x", String(x));
      views.style.setProperty("--y", String(y));
      views.dataset.zoomed = String(scale > 1);
      const reset = query(root, "[data-action=whole]", HTMLElement);
      reset.hidden = scale === 1;
      reset.textContent = text("whole", { scale: scale.toFixed(1) });
    }
    function renderWipe() {
      views.style.setProperty("--wipe", percent(state.wipe));
      handle.setAttribute("aria-valuenow", String(Math.round(100 * state.wipe)));
    }
    function renderPointer() {
      const { hover, zoom } = state;
      const pair = store.pair();
      if (!pair) return;
      views.dataset.pointed = String(hover !== null);
      if (hover) {
        views.style.setProperty("--u", percent(hover.u));
        views.style.setProperty("--v", percent(hover.v));
        views.dataset.end = String((hover.u - zoom.x) * zoom.scale > 0.75);
        views.dataset.low = String((hover.v - zoom.y) * zoom.scale > 0.85);
      }
      const values = SIDES.map((side) => hover && scene.valueAt(pair[side], hover));
      SIDES.forEach((side, index) => {
        const value = values[index];
        const { head, frame, reading } = panes[side];
        const written = typeof value === "number" ? text(`value_${state.layer}`, { value: signed(value) }) : "";
        query(head, ".note", HTMLElement).textContent = written || noteOf(pair[side]);
        reading.textContent = modeOf(state) === "difference" ? gapOf(values) : written;
        lightUp(frame, hover);
      });
    }
    function gapOf([a, b]) {
      if (typeof a !== "number" || typeof b !== "number") return "";
      const gap = signed(a - b);
      return text("value_difference", { value: a > b && Number(gap) ? `+${gap}` : gap });
    }
    function noteOf(variant) {
      if (state.layer === "attention") return effectOf(variant, text);
      const below = variant.detections.length - shownDetections(variant, state.threshold).length;
      return [variant.note, below ? text("below", { count: below }) : ""].filter(Boolean).join(" · ");
    }
    function render(changed) {
      const any = (names) => names.some((name) => changed.has(name));
      const asking = state.layer === "similarity" && state.selection === null && changed.has("hover");
      const pictures = any([...DRAWN, ...SETTINGS]) || asking;
      if (pictures) renderPictures();
      if (any(["zoom", "loaded", "language"])) renderZoom();
      if (any(["wipe", "loaded"])) renderWipe();
      if (pictures || any(["hover", "zoom"])) renderPointer();
    }
    const destroy = () => SIDES.forEach((side) => dropFrame(panes[side].frame));
    return { render, destroy, views, handle, panes };
  }
  function signed(value) {
    const size = Math.abs(value).toFixed(2);
    return value < 0 && Number(size) ? `−${size}` : size;
  }

  // workbench/src/zoom.js
  var WHOLE = { scale: 1, x: 0, y: 0 };
  var MOST = 16;
  function held({ scale, x, y }) {
    const rest = 1 - 1 / scale;
    return { scale, x: clamp(x, 0, rest), y: clamp(y, 0, rest) };
  }
  function zoomAt({ scale, x, y }, factor, p, q) {
    const next = clamp(scale * factor, 1, MOST);
    return held({ scale: next, x: x + p / scale - p / next, y: y + q / scale - q / next });
  }
  var panBy = ({ scale, x, y }, dp, dq) => held({ scale, x: x - dp / scale, y: y - dq / scale });

  // workbench/src/gestures.js
  var SLOP = 4;
  var STEP = 0.02;
  var ARROWS = { ArrowLeft: -STEP, ArrowRight: STEP, ArrowUp: STEP, ArrowDown: -STEP, Home: -1, End: 1 };
  var STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function createGestures({ views, handle, panes }, store, pick, keep) {
    const { state, set } = store;
    const down = /* @__PURE__ */ new Map();
    let moved = false;
    let wiping = false;
    function paneAt(event) {
      const side = closest(event, ".pane")?.dataset.side;
      return side === "a" || side === "b" ? panes[side] : null;
    }
    function shareOf(event) {
      const view = paneAt(event)?.view ?? SIDES.map((side) => panes[side].view).find((one) => one.clientWidth) ?? views;
      const box = view.getBoundingClientRect();
      return { p: (event.clientX - box.left) / box.width, q: (event.clientY - box.top) / box.height, box };
    }
    function press(event) {
      if (isWithin(event, handle)) {
        wiping = true;
        handle.setPointerCapture(event.pointerId);
        return;
      }
      if (event.button !== 0) return;
      if (!down.size) moved = false;
      down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    }
    function move(event) {
      if (wiping) return wipe(event);
      const last = down.get(event.pointerId);
      if (last) drag(event, last);
      if (event.pointerType === "touch") return;
      const pane = paneAt(event);
      set({ hover: pane && pointIn(pane.frame, event) });
    }
    function wipe(event) {
      const box = views.getBoundingClientRect();
      set({ wipe: clamp((event.clientX - box.left) / box.width, 0, 1) });
    }
    function drag(event, last) {
      const [x, y] = [event.clientX, event.clientY];
      if (!moved && Math.hypot(x - last.x, y - last.y) < SLOP) return;
      if (!moved) views.setPointerCapture(event.pointerId);
      moved = true;
      const { box } = shareOf(event);
      const before = [...down.values()];
      down.set(event.pointerId, { x, y });
      let zoom = panBy(state.zoom, (x - last.x) / box.width / before.length, (y - last.y) / box.height / before.length);
      if (before.length === 2) {
        const [one, two] = [...down.values()];
        const factor = spread([one, two]) / (spread(before) || 1);
        const [p, q] = [((one.x + two.x) / 2 - box.left) / box.width, ((one.y + two.y) / 2 - box.top) / box.height];
        zoom = zoomAt(zoom, factor, p, q);
      }
      set({ zoom });
    }
    const spread = ([one, two]) => Math.hypot(one.x - two.x, one.y - two.y);
    function release(event) {
      wiping = false;
      down.delete(event.pointerId);
    }
    function click(event) {
      const pane = paneAt(event);
      const cells = state.loaded?.model.variants[0]?.tokens;
      if (moved || !pane || !cells) return;
      const point = pointIn(
        pane.frame,
        /** @type {PointerEvent} */
        event
      );
      if (point) pick(cellAt(cells, point));
    }
    function wheel(event) {
      if (!event.ctrlKey && !views.contains(document.activeElement)) return;
      if (state.zoom.scale === 1 && event.deltaY > 0 && !event.ctrlKey) return;
      event.preventDefault();
      const { p, q } = shareOf(event);
      set({ zoom: zoomAt(state.zoom, Math.exp(-clamp(event.deltaY, -240, 240) / 400), p, q) });
    }
    function slide(event) {
      const by = ARROWS[event.key];
      if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      set({ wipe: clamp(state.wipe + by, 0, 1) });
    }
    function walk(event) {
      const cells = state.loaded?.model.variants[0]?.tokens;
      const by = STEPS[event.key];
      if (!by || !cells || event.target !== views || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const { u, v } = state.selection === null ? { u: 0.5, v: 0.5 } : centreOf(cells, state.selection);
      keep(cellAt(cells, { u: u + by[0] / cells.columns, v: v + by[1] / cells.rows }));
    }
    function wire(listen) {
      listen(views, {
        pointerdown: press,
        pointermove: move,
        pointerup: release,
        pointercancel: release,
        pointerleave: () => set({ hover: null }),
        click,
        dblclick: () => set({ zoom: WHOLE }),
        wheel,
        keydown: walk
      });
      listen(handle, { keydown: slide });
    }
    return { wire };
  }

  // workbench/src/inspect.js
  var AROUND = 2;
  var CROP = 96;
  function createInspect(root, store, scene, text) {
    const { state } = store;
    const panel = query(root, ".inspect .facts", HTMLElement);
    function crop({ picture, model }, cell) {
      const { columns, rows } = model.variants[0].tokens;
      const [width, height] = [picture.naturalWidth / columns, picture.naturalHeight / rows];
      const across = 2 * AROUND + 1;
      const canvas = node("canvas");
      Object.assign(canvas, { width: CROP, height: Math.round(CROP * height / width) });
      const [x, y] = [(cell % columns - AROUND) * width, (Math.floor(cell / columns) - AROUND) * height];
      const context = canvas.getContext("2d");
      context?.drawImage(picture, x, y, across * width, across * height, 0, 0, canvas.width, canvas.height);
      return node("span", "crop", canvas, { "--cell": percent(1, across), "--from": percent(AROUND, across) });
    }
    function renderPatch(loaded, cell) {
      const { tokens: cells } = loaded.model.variants[0];
      const { u, v } = centreOf(cells, cell);
      const [column, row] = [cell % cells.columns, Math.floor(cell / cells.columns)];
      const [x, y] = [Math.round(u * loaded.model.width), Math.round(v * loaded.model.height)];
      const lines = [node("strong", "", text("patch_cell", { column, row })), node("span", "", text("patch_pixel", { x, y }))];
      const drop = button("drop", text("let_go"));
      drop.dataset.action = "let_go";
      return node("div", "patch-facts", [crop(loaded, cell), node("div", "", [...lines, drop])]);
    }
    function renderHeat({ model, grids }, cell) {
      const pair = store.pair();
      const rows = model.variants.map((variant) => {
        const grid = grids.get(variant.heat);
        const heat = grid ? sample(grid, centreOf(variant.tokens, cell)) : 0;
        const side = SIDES.find((one) => pair?.[one] === variant);
        const name = node("span", "name", [...side ? [badge(side)] : [], variant.title]);
        const bar = node("span", "heat-bar", node("i", "", [], { width: percent(heat) }));
        return node("li", "", [name, bar, node("output", "", heat.toFixed(2))]);
      });
      return section(text("heat_here"), node("ul", "heats", rows));
    }
    function renderNearest(loaded, side, variant) {
      const heading = [badge(side), text("nearest", { title: variant.title })];
      const answer = scene.similarityOf(variant);
      if (!answer) {
        return section(heading, node("p", "", text(scene.missing(variant))));
      }
      const crops = nearest(variant.tokens, answer.cosines, answer.cell, NEAREST).map(({ cell, cosine }) => {
        const one = button("near-patch", [crop(loaded, cell), node("span", "", cosine.toFixed(2))]);
        one.dataset.cell = String(cell);
        one.title = text("nearest_title");
        return one;
      });
      return section(heading, [node("div", "crops", crops), node("p", "packed", packedText(variant))]);
    }
    function packedText({ tokens: { channels: channels2, share, error } }) {
      return text("packed", { channels: channels2, share: (100 * share).toFixed(1), error: error.toFixed(3) });
    }
    return () => {
      const { loaded, selection } = state;
      const pair = store.pair();
      if (!loaded || !pair) return;
      if (selection === null) {
        panel.replaceChildren(node("p", "how", text("how")));
        return;
      }
      const focused = panel.contains(document.activeElement);
      panel.replaceChildren(
        renderPatch(loaded, selection),
        renderHeat(loaded, selection),
        ...SIDES.filter((side) => side === "a" || pair.a !== pair.b).map((side) => renderNearest(loaded, side, pair[side]))
      );
      if (focused) query(root, ".views", HTMLElement).focus({ preventScroll: true });
    };
  }
  var badge = (side) => node("b", `badge ${side}`, side.toUpperCase());
  var section = (heading, content) => node("section", "", [node("h4", "", heading), ...[content].flat()]);

  // workbench/src/keys.js
  var OWN_KEYS = "select, textarea, input:not([type=checkbox], [type=range])";
  function actionFor({ key, target, altKey, ctrlKey, metaKey, defaultPrevented }) {
    if (altKey || ctrlKey || metaKey || defaultPrevented) return null;
    if (target instanceof Element && target.matches(OWN_KEYS)) return null;
    const actions = (
      /** @type {const} */
      { s: "swap", q: "previous", e: "next", 0: "whole", escape: "let_go" }
    );
    return actions[
      /** @type {keyof typeof actions} */
      key.toLowerCase()
    ] ?? null;
  }

  // workbench/src/legend.js
  var RAMP = Uint8Array.from({ length: 256 }, (_, heat) => heat);
  function createLegend(root, store, scene, text) {
    const { state } = store;
    const part = (selector) => query(root, `.legend ${selector}`, HTMLElement);
    return () => {
      const { layer, threshold } = state;
      const difference2 = modeOf(state) === "difference";
      part(".hint").textContent = text(difference2 ? "difference_hint" : `${layer}_hint`);
      part(".scale").hidden = !hasNumbers(layer);
      if (!hasNumbers(layer)) return;
      const limit = scene.differenceOf()?.limit ?? 1;
      part(".low").textContent = difference2 ? `−${limit}` : "0";
      part(".high").textContent = difference2 ? `+${limit}` : "1";
      part("figcaption").textContent = text(difference2 ? "scale_difference" : `scale_${layer}`);
      const bar = query(root, ".legend canvas", HTMLCanvasElement);
      colourCanvas(bar, RAMP, difference2 ? scene.differenceTable() : scene.table());
      part(".tick").style.left = percent(threshold);
      part(".tick").hidden = threshold === 0 || difference2 || layer === "attention";
    };
  }

  // workbench/src/loading.js
  async function decodeAll(model, before) {
    const { variants } = model;
    const [picture, grids, images] = await Promise.all([
      before?.model.picture === model.picture ? before.picture : decode(model.picture),
      each(variants.flatMap(({ heat, attention }) => [heat, ...attention ?? []]), before?.grids, readGrid),
      each(variants.map(({ rgb }) => rgb), before?.images, decode)
    ]);
    return { model, picture, grids, images };
  }
  async function each(uris, known, read) {
    const one = async (uri) => [uri, known?.get(uri) ?? await read(uri)];
    return new Map(await Promise.all([...new Set(uris)].map(one)));
  }
  function createLoading(store, tokens) {
    let turn = 0;
    return async function load(model) {
      const own = ++turn;
      try {
        const loaded = model && await decodeAll(model, store.state.loaded);
        if (own !== turn) return;
        tokens.keep(model?.variants.map((one) => one.tokens) ?? []);
        store.adopt(loaded);
      } catch (error) {
        if (own === turn) store.set({ broken: true });
        console.warn(error);
      }
    };
  }

  // workbench/src/store.js
  var STORE = "sam3viz.workbench";
  var CHOICES = {
    a: "",
    // the name wanted; "" is none
    b: "",
    mode: (
      /** @type {import("./types.js").Mode} */
      "side"
    ),
    layer: (
      /** @type {import("./types.js").Layer} */
      "heat"
    ),
    side: (
      /** @type {import("./types.js").Side} */
      "a"
    ),
    // on the screen where there is room for one, or while blinking
    sort: "registered",
    spread: false,
    // the cards in place of the stage
    wipe: 0.5,
    colours: "inferno",
    opacity: 0.8,
    threshold: 0,
    detections: true,
    exemplars: true
  };
  function usualState() {
    return {
      ...CHOICES,
      /** @type {Loaded | null} */
      loaded: null,
      /** Whose attention is on the screen. */
      box: 0,
      /** @type {number | null} the kept patch, a cell of the tokens' grid */
      selection: null,
      /** @type {Point | null} */
      hover: null,
      zoom: WHOLE,
      broken: false,
      /** Blinking by itself, and not by hand. */
      blinking: true,
      /** How many answers with tokens have come. */
      arrivals: 0
    };
  }
  function createStore(scales) {
    const state = usualState();
    const choices = { ...CHOICES };
    restoreSettings(STORE, choices);
    if (!(choices.colours in scales)) choices.colours = CHOICES.colours;
    Object.assign(state, choices);
    const listeners = [];
    const changed = /* @__PURE__ */ new Set();
    let waiting = 0;
    function flush() {
      waiting = 0;
      const fields = new Set(changed);
      changed.clear();
      if (Object.keys(CHOICES).some((name) => fields.has(name))) store();
      for (const listener of listeners) listener(fields);
    }
    function store() {
      const names = (
        /** @type {(keyof typeof CHOICES)[]} */
        Object.keys(CHOICES)
      );
      storeSettings(STORE, Object.fromEntries(names.map((name) => [name, state[name]])));
    }
    function set(fields) {
      for (const [name, value] of Object.entries(fields)) {
        if (state[
          /** @type {keyof State} */
          name
        ] === value) continue;
        changed.add(name);
        Object.assign(state, { [name]: value });
      }
      if (changed.size) waiting ||= requestAnimationFrame(flush);
    }
    function adopt(loaded) {
      const same = loaded?.model.picture === state.loaded?.model.picture;
      const fresh = same ? {} : { selection: null, zoom: WHOLE };
      const { columns = 0, rows = 0 } = loaded?.model.variants[0]?.tokens ?? {};
      const gone = state.selection !== null && state.selection >= columns * rows ? { selection: null } : {};
      const box = state.box < (loaded?.model.exemplars.length ?? 0) ? state.box : 0;
      set({ loaded, hover: null, broken: false, box, ...fresh, ...gone });
    }
    function pair() {
      const variants = state.loaded?.model.variants;
      if (!variants?.length) return null;
      const { a, b } = pairOf(variants, state);
      const find = (name) => variants.find((one) => one.name === name) ?? variants[0];
      return { a: find(a), b: find(b) };
    }
    function choose(side, name) {
      const now = pair();
      if (!now) return;
      const other = side === "a" ? "b" : "a";
      set({ [other]: now[other].name === name ? now[side].name : now[other].name, [side]: name });
    }
    return {
      /** @type {Readonly<State>} */
      state,
      set,
      adopt,
      pair,
      choose,
      listen: (listener) => listeners.push(listener),
      destroy: () => cancelAnimationFrame(waiting)
    };
  }

  // workbench/src/tokens.js
  function createTokens(onArrival) {
    const known = /* @__PURE__ */ new Map();
    async function ask(packed) {
      known.set(packed.url, "coming");
      let answer = "failed";
      try {
        const response = await fetch(packed.url);
        if (!response.ok) throw new Error(`${packed.url} was answered with ${response.status}.`);
        answer = unpack(await response.arrayBuffer(), packed);
      } catch (error) {
        console.warn(error);
      }
      if (!known.has(packed.url)) return;
      known.set(packed.url, answer);
      onArrival();
    }
    function get(packed) {
      const tokens = known.get(packed.url);
      if (!tokens) ask(packed);
      return typeof tokens === "object" ? tokens : null;
    }
    function keep(wanted) {
      const urls = new Set(wanted.map(({ url }) => url));
      for (const [url, tokens] of known) if (!urls.has(url) || tokens === "failed") known.delete(url);
    }
    return { get, keep, failed: ({ url }) => known.get(url) === "failed" };
  }

  // workbench/src/toolbar.js
  var SWITCHES = (
    /** @type {const} */
    ["detections", "exemplars"]
  );
  function createToolbar(root, store, text) {
    const { state } = store;
    const part = (selector) => query(root, selector, HTMLElement);
    const input = (name) => query(root, `input[data-setting=${name}]`, HTMLInputElement);
    function renderPair() {
      const pair = store.pair();
      if (!pair) return;
      for (const side of SIDES) {
        const select = query(root, `select[data-side=${side}]`, HTMLSelectElement);
        const options = state.loaded?.model.variants.map(({ name, title }) => new Option(title, name)) ?? [];
        const written = (all) => all.map((one) => `${one.value} ${one.text}`).join();
        if (written([...select.options]) !== written(options)) select.replaceChildren(...options);
        select.value = pair[side].name;
        select.title = pair[side].summary;
      }
    }
    function renderChoices() {
      const chosen = (
        /** @type {Record<string, unknown>} */
        { ...state, mode: modeOf(state) }
      );
      for (
        const one of
        /** @type {NodeListOf<HTMLButtonElement>} */
        root.querySelectorAll("button[data-choice]")
      ) {
        const { choice = "", value } = one.dataset;
        one.setAttribute("aria-pressed", String(chosen[choice] === value));
      }
      const without = query(root, "[data-value=difference]", HTMLButtonElement);
      without.disabled = !hasNumbers(state.layer);
      query(root, "[data-action=spread]", HTMLElement).setAttribute("aria-pressed", String(state.spread));
      without.title = text(without.disabled ? "no_difference" : "difference_title");
    }
    function renderChooser(exemplars) {
      const chooser = part(".chooser");
      const present = (
        /** @type {HTMLCollectionOf<HTMLButtonElement>} */
        chooser.children
      );
      const nodes = exemplars.map(([, , , , label], index) => {
        const one = present[index] ?? button();
        const tag = exemplarTag(label, index);
        Object.assign(one, { className: signName(label), textContent: tag, title: text("choose_title", { tag }) });
        one.dataset.box = String(index);
        one.setAttribute("aria-pressed", String(index === state.box));
        return one;
      });
      chooser.hidden = nodes.length < 2 || state.layer !== "attention";
      replaceChildren(chooser, nodes);
    }
    function renderSettings() {
      const { colours, opacity, threshold, layer } = state;
      query(root, "select[data-setting=colours]", HTMLSelectElement).value = colours;
      for (const name of SWITCHES) input(name).checked = state[name];
      const written = { opacity: text("percent", { value: Math.round(100 * opacity) }), threshold: threshold.toFixed(2) };
      for (const [name, value] of Object.entries({ opacity, threshold })) {
        input(name).value = String(value);
        const output = input(name).nextElementSibling;
        if (output) output.textContent = written[
          /** @type {keyof typeof written} */
          name
        ];
      }
      const label = input("exemplars").parentElement;
      if (label) label.hidden = !state.loaded?.model.exemplars.length;
      input("opacity").disabled = layer === "picture";
    }
    return () => {
      renderPair();
      renderChoices();
      renderChooser(state.loaded?.model.exemplars ?? []);
      renderSettings();
      const blinker = query(root, "[data-action=blink]", HTMLButtonElement);
      blinker.hidden = modeOf(state) !== "blink";
      blinker.replaceChildren(node("b", `badge ${state.side}`, state.side.toUpperCase()), text("blink_by_hand"));
    };
  }

  // workbench/src/workbench.js
  function mount(element2, model, { strings, scales, on = {} }) {
    const root = query(element2, ".workbench", HTMLElement);
    const { text, renderStrings } = createStrings(root);
    const store = createStore(scales.heat);
    const { state, set } = store;
    const tokens = createTokens(() => set({ arrivals: state.arrivals + 1 }));
    const scene = createScene(store, tokens, scales);
    const stage = createStage(root, store, scene, text);
    const cards = createCards(root, store, scene, text);
    const blink = createBlink(root, store);
    const renderToolbar = createToolbar(root, store, text);
    const renderLegend = createLegend(root, store, scene, text);
    const renderInspect = createInspect(root, store, scene, text);
    const load = createLoading(store, tokens);
    function render(changed) {
      const none = !state.loaded;
      query(root, ".empty", HTMLElement).hidden = !none;
      query(root, ".filled", HTMLElement).hidden = none;
      query(root, ".notice", HTMLElement).hidden = !state.broken;
      if (none) return blink.stop();
      const asking = state.layer === "similarity" && state.selection === null && changed.has("hover");
      const calm = [...changed].every((name) => ["hover", "zoom", "wipe"].includes(name));
      Object.assign(root.dataset, { mode: modeOf(state), side: state.side, layer: state.layer, spread: state.spread });
      stage.render(changed);
      if (calm && !asking) return;
      renderLegend();
      cards.render();
      if (calm) return;
      const key = state.loaded?.model.key ?? "";
      for (const one of root.querySelectorAll(".stage, .variants, .inspect")) one.setAttribute("data-hash", key);
      renderToolbar();
      blink.render();
      const facts = ["loaded", "a", "b", "selection", "arrivals", "language"];
      if (facts.some((name) => changed.has(name))) renderInspect();
    }
    function keep(selection) {
      set({ selection });
      const pair = store.pair();
      if (pair) on.select?.({ cell: selection, a: pair.a.name, b: pair.b.name });
    }
    function swap() {
      const pair = store.pair();
      if (pair) set({ a: pair.b.name, b: pair.a.name });
    }
    const actions = {
      swap,
      previous: () => cards.step(-1),
      next: () => cards.step(1),
      whole: () => set({ zoom: WHOLE }),
      let_go: () => state.selection !== null && keep(null),
      blink: blink.turnByHand,
      spread: () => set({ spread: !state.spread })
    };
    function click(event) {
      const { action, choice, value, box, cell } = closest(event, "button")?.dataset ?? {};
      const card = closest(event, ".card")?.dataset.name;
      if (action) actions[action]();
      else if (choice) set({ [choice]: value, blinking: true });
      else if (box) set({ box: Number(box) });
      else if (cell) keep(Number(cell));
      else if (card) store.choose(event.shiftKey || closest(event, ".other") ? "b" : "a", card);
    }
    function change({ target }) {
      const side = target instanceof HTMLSelectElement ? target.dataset.side : "";
      if (side === "a" || side === "b") store.choose(
        side,
        /** @type {HTMLSelectElement} */
        target.value
      );
      else set(readSetting(target) ?? {});
    }
    function keydown(event) {
      const action = actionFor(event);
      if (!action || action === "let_go" && state.selection === null) return;
      event.preventDefault();
      event.stopPropagation();
      actions[action]();
    }
    function translate(sentences) {
      renderStrings(sentences);
      render(/* @__PURE__ */ new Set(["language", "loaded"]));
    }
    const listen = createListen(root);
    listen(root, { click, input: change, keydown });
    const pick = (cell) => keep(cell === state.selection ? null : cell);
    createGestures(stage, store, pick, keep).wire(listen);
    store.listen(render);
    translate(strings);
    load(model);
    return {
      update: load,
      translate,
      destroy() {
        for (const part of [stage, cards, store]) part.destroy();
        blink.stop();
        root.remove();
      }
    };
  }

  // workbench/src/main.js
  function mount2({ element: element2, props: props2, trigger: trigger2, watch: watch2 }) {
    const workbench = mount(element2, props2.value || null, {
      strings: props2.strings,
      scales: props2.scales,
      on: { select: ({ cell, ...value }) => trigger2("select", { index: cell, value, selected: cell !== null }) }
    });
    watch2("value", () => workbench.update(props2.value || null));
    watch2("strings", () => workbench.translate(props2.strings));
  }

  // workbench.js
  mount2({ element, trigger, props, server, upload, watch });
})();
