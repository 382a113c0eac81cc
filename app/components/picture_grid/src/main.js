// Body of the function that Gradio calls once: (element, trigger, props, server, upload, watch).
// A point is {u, v}, its share of the picture's width and height. A grid is {width, height, values} of bytes.

// ---- Heat to pixels ------------------------------------------------------------------------------------------

const ANCHORS = {
  inferno: "000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4",
  viridis: "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725",
  cividis: "00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 e1cc55 fee838",
  grey: "000000 ffffff",
};

const clamp = (value, low, high) => Math.max(low, Math.min(value, high));

/** One RGBA word for each of the 256 heats: the hotter, the denser, and nothing below the threshold. */
function lookup(colours, opacity, threshold = 0) {
  const anchors = ANCHORS[colours].split(" ").map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  const bytes = new Uint8ClampedArray(4 * 256);
  for (let heat = 0; heat < 256; heat++) {
    const [low, high, share] = tap(heat / 255, anchors.length, false);
    const colour = anchors[low].map((from, i) => from + share * (anchors[high][i] - from));
    const shown = heat / 255 >= threshold;
    bytes.set([...colour, shown ? opacity * heat : 0], 4 * heat);
  }
  return new Uint32Array(bytes.buffer);
}

/** The two cells that a position in 0..1 lies between and the share of the second. Cells are areas, anchors points. */
function tap(position, count, areas = true) {
  const at = clamp(areas ? position * count - 0.5 : position * (count - 1), 0, count - 1);
  const low = Math.floor(at);
  return [low, Math.min(low + 1, count - 1), at - low];
}

/** Bytes of the grid at width x height, bilinear: along the rows, then down the columns. */
function upscale(grid, width, height) {
  const wide = new Float32Array(grid.height * width);
  for (let x = 0; x < width; x++) {
    const [left, right, share] = tap((x + 0.5) / width, grid.width);
    for (let row = 0; row < grid.height; row++) {
      const [a, b] = [grid.values[row * grid.width + left], grid.values[row * grid.width + right]];
      wide[row * width + x] = a + share * (b - a);
    }
  }
  const result = new Uint8ClampedArray(width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom, share] = tap((y + 0.5) / height, grid.height);
    for (let x = 0; x < width; x++) {
      const above = wide[top * width + x];
      result[y * width + x] = above + share * (wide[bottom * width + x] - above);
    }
  }
  return result;
}

/** Heat in 0..1 at a point, by the same interpolation. */
function sample(grid, { u, v }) {
  const [left, right, x] = tap(u, grid.width);
  const [top, bottom, y] = tap(v, grid.height);
  const along = (row) => {
    const from = grid.values[row * grid.width + left];
    return from + x * (grid.values[row * grid.width + right] - from);
  };
  return (along(top) + y * (along(bottom) - along(top))) / 255;
}

/** The pixels of a canvas, coloured by the table. */
function colour(canvas, heats, table) {
  const image = new ImageData(canvas.width, canvas.height);
  const words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < words.length; i++) words[i] = table[heats[i]];
  canvas.getContext("2d").putImageData(image, 0, 0);
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
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, values: Uint8Array.from({ length: width * height }, (_, i) => data[4 * i]) };
}

// ---- State ---------------------------------------------------------------------------------------------------

const VIEWS = ["heat", "attention"];
const STORE = "sam3viz.picture_grid";

const root = element.querySelector(".picture-grid");
const [empty, notice, filled, chips, controls, matrix, bar, tick, chooser, position, dialog] = [
  ".empty", ".notice", ".filled", ".chips", ".controls", ".matrix", ".bar canvas", ".tick", ".chooser", ".position", "dialog",
].map((selector) => root.querySelector(selector));

const state = {
  value: null, // what is on the screen
  grids: new Map(), // data URI -> grid, of the value on the screen
  columns: new Map(), // name -> {head, title, note, cells: {heat, attention}}
  hidden: new Set(), // names, kept when the value changes
  exemplar: 0, // whose attention is shown
  large: null, // {name, view} while the dialog is open
  turn: 0, // values come faster than pictures decode: only the last one is shown
  settings: { colours: "inferno", opacity: 0.8, threshold: 0, detections: true, exemplars: true, colour: false },
  tables: {},
};

const strings = {};
const text = (key, values = {}) => strings[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const tag = (label, index) => `${label > 0 ? "+" : "−"}${index + 1}`;
const shown = () => (state.value?.variants ?? []).filter((cell) => !state.hidden.has(cell.name));
const hasAttention = (cell) => Boolean(cell.attention?.length);

/** Settings outlive a reload of the page, where the browser lets them; a stored value of another kind is left out. */
function restoreSettings() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(STORE)) ?? {};
    for (const [name, usual] of Object.entries(state.settings)) {
      if (typeof stored[name] === typeof usual) state.settings[name] = stored[name];
    }
  } catch {
    // Storage is blocked, or holds something else: the usual settings stay.
  }
  if (!(state.settings.colours in ANCHORS)) state.settings.colours = "inferno";
}

function storeSettings() {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(state.settings));
  } catch {
    // Storage is blocked: the settings last as long as the page.
  }
}

// ---- Nodes ---------------------------------------------------------------------------------------------------

function node(kind, className, content = [], style = {}) {
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

/** Picture, heat, boxes and cross hair on top of each other. The canvas is coloured again when its size changes. */
function makeFrame() {
  const [picture, canvas, boxes] = [node("img", "picture"), node("canvas", "heat"), node("span", "boxes")];
  picture.alt = "";
  const frame = { root: node("span", "frame", [picture, canvas, boxes, node("i", "cross")]), picture, canvas, boxes };
  frame.root.frame = frame;
  sizes.observe(frame.root);
  return frame;
}

const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => paint(target.frame)));

function makeColumn(name) {
  const [title, note] = [node("strong"), node("span", "note")];
  const head = node("div", "head", [title, note]);
  const cells = Object.fromEntries(VIEWS.map((view) => [view, makeCell(name, view)]));
  matrix.append(head, ...VIEWS.flatMap((view) => [cells[view].button, cells[view].none]));
  return { head, title, note, cells };
}

function makeCell(name, view) {
  const frame = makeFrame();
  const cell = { frame, button: button("cell", frame.root), none: node("div", "none", "–") };
  for (const one of [cell.button, cell.none]) Object.assign(one.dataset, { name, view });
  return cell;
}

function boxNode([x0, y0, x1, y1], className, label, [width, height]) {
  const percent = (share) => `${100 * share}%`;
  const place = { left: x0 / width, top: y0 / height, width: (x1 - x0) / width, height: (y1 - y0) / height };
  const style = Object.fromEntries(Object.entries(place).map(([side, share]) => [side, percent(share)]));
  const beside = y0 / height >= 0.1 ? "above" : y1 / height <= 0.9 ? "beneath" : "within";
  const start = x0 / width > 0.85 ? "end" : "start";
  return node("span", `box ${className} ${beside} ${start}`, node("span", "tag", label), style);
}

// ---- Drawing -------------------------------------------------------------------------------------------------

/** What a cell shows: the picture, its size in pixels, the grid and the boxes, an exemplar's as [x0, y0, x1, y1, label]. */
function contents(cell, view) {
  const { picture, width, height, reference, reference_width, reference_height, exemplars } = state.value;
  const drawn = exemplars.map((box, index) => ({ box, className: box[4] > 0 ? "positive" : "negative", label: tag(box[4], index) }));
  const found = cell.detections.map((box) => ({ box, className: "detection", label: box[4].toFixed(2) }));
  const { detections: showFound, exemplars: showDrawn } = state.settings;
  if (view === "heat") {
    const boxes = [...(showFound ? found : []), ...(showDrawn && !reference ? drawn : [])];
    return { source: picture, size: [width, height], grid: state.grids.get(cell.heat), boxes };
  }
  return {
    source: reference ?? picture,
    size: reference ? [reference_width, reference_height] : [width, height],
    grid: state.grids.get(cell.attention[state.exemplar]),
    boxes: showDrawn ? [drawn[state.exemplar]] : [],
  };
}

function fill(frame, cell, view) {
  const { source, size, grid, boxes } = contents(cell, view);
  if (frame.picture.getAttribute("src") !== source) frame.picture.src = source;
  ["--width", "--height"].forEach((name, i) => frame.root.style.setProperty(name, size[i]));
  frame.boxes.replaceChildren(...boxes.map(({ box, className, label }) => boxNode(box, className, label, size)));
  if (frame.grid !== grid) frame.heats = null;
  Object.assign(frame, { grid, size, found: boxes.map(({ box }) => box), table: state.tables[view] });
  paint(frame);
}

function paint(frame) {
  const ratio = Math.min(devicePixelRatio, 2);
  const [width, height] = [frame.root.clientWidth, frame.root.clientHeight].map((side) => Math.round(side * ratio));
  if (!frame.grid || !width || !height) return; // hidden: painted when it gets a size
  const { canvas } = frame;
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    frame.heats = null;
  } else if (frame.heats && frame.painted === frame.table) return;
  frame.heats ??= upscale(frame.grid, width, height);
  frame.painted = frame.table;
  colour(canvas, frame.heats, frame.table);
}

function render() {
  const none = !state.value;
  empty.hidden = !none;
  filled.hidden = none;
  if (none) return dialog.close();
  const { colours, opacity, threshold } = state.settings;
  state.tables = { heat: lookup(colours, opacity, threshold), attention: lookup(colours, opacity) };
  const cells = shown();
  const attention = cells.some(hasAttention);
  root.classList.toggle("colourful", state.settings.colour);
  matrix.style.setProperty("--columns", cells.length);
  matrix.querySelector(".caption[data-view=attention]").hidden = !attention;
  state.columns.forEach((column) => showColumn(column, false));
  cells.forEach((cell, index) => renderColumn(cell, index, attention));
  renderChips();
  renderChooser();
  renderControls();
  renderPosition();
  renderLarge();
}

function showColumn({ head, cells }, visible) {
  head.hidden = !visible;
  VIEWS.forEach((view) => [cells[view].button, cells[view].none].forEach((one) => (one.hidden = !visible)));
}

function renderColumn(cell, index, attention) {
  const column = state.columns.get(cell.name);
  column.title.textContent = cell.title;
  column.head.title = cell.summary;
  column.note.textContent = cell.note;
  column.head.hidden = false;
  column.head.style.gridColumn = index + 1;
  for (const view of VIEWS) {
    const { frame, button, none } = column.cells[view];
    const present = view === "heat" || hasAttention(cell);
    button.style.gridColumn = none.style.gridColumn = index + 1;
    button.hidden = !present;
    none.hidden = present || !attention;
    none.title = text("no_attention");
    none.setAttribute("aria-label", `${cell.title}: ${text("no_attention")}`);
    button.setAttribute("aria-label", text("cell", { title: cell.title, view: text(view), note: cell.note }));
    if (present) fill(frame, cell, view);
  }
}

function renderChips() {
  const cells = shown();
  const reuse = new Map([...chips.children].map((chip) => [chip.dataset.name, chip]));
  const nodes = state.value.variants.map(({ name, title }) => {
    const chip = reuse.get(name) ?? button("chip");
    const pressed = !state.hidden.has(name);
    Object.assign(chip, { textContent: title, title: text("toggle_title", { title }), disabled: pressed && cells.length === 1 });
    chip.dataset.name = name;
    chip.setAttribute("aria-pressed", pressed);
    return chip;
  });
  const all = reuse.get("") ?? button("all");
  Object.assign(all, { textContent: text("all"), hidden: cells.length === nodes.length });
  all.dataset.name = "";
  keep(chips, [...nodes, all]);
}

/** Replaces the children only where they differ, so that the focus stays. */
function keep(parent, nodes) {
  if (nodes.length !== parent.children.length || nodes.some((one, i) => one !== parent.children[i])) parent.replaceChildren(...nodes);
}

function renderChooser() {
  const { exemplars } = state.value;
  const nodes = exemplars.map(([, , , , label], index) => {
    const one = chooser.children[index] ?? button();
    const name = tag(label, index);
    Object.assign(one, { className: label > 0 ? "positive" : "negative", textContent: name, title: text("choose_title", { tag: name }) });
    one.dataset.exemplar = index;
    one.setAttribute("aria-pressed", index === state.exemplar);
    return one;
  });
  chooser.hidden = nodes.length < 2;
  keep(chooser, nodes);
}

function renderControls() {
  const { opacity, threshold } = state.settings;
  const written = { opacity: text("percent", { value: Math.round(100 * opacity) }), threshold: threshold.toFixed(2) };
  for (const input of controls.querySelectorAll("[data-setting]")) {
    const { setting } = input.dataset;
    if (input.type === "checkbox") input.checked = state.settings[setting];
    else input.value = state.settings[setting];
    if (setting in written) input.nextElementSibling.textContent = written[setting];
  }
  controls.querySelector("[data-setting=exemplars]").parentElement.hidden = !state.value.exemplars.length;
  colour(bar, Uint8Array.from({ length: 256 }, (_, heat) => heat), state.tables.heat);
  tick.style.left = `${100 * threshold}%`;
  tick.hidden = threshold === 0;
}

/** Which columns are in sight while not all of them are. */
function renderPosition() {
  const cells = shown();
  const all = matrix.scrollWidth <= matrix.clientWidth + 1;
  position.hidden = all;
  if (all) return;
  const { left, right } = matrix.getBoundingClientRect();
  const visible = cells.map(({ name }) => {
    const box = state.columns.get(name).head.getBoundingClientRect();
    const middle = (box.left + box.right) / 2;
    return middle > left && middle < right;
  });
  const [first, last] = [visible.indexOf(true) + 1, visible.lastIndexOf(true) + 1];
  const range = first === last ? first : `${first}–${last}`;
  position.querySelector(".count").textContent = text("position", { position: range, total: cells.length });
  position.querySelector(".dots").replaceChildren(...visible.map((one) => node("i", one ? "on" : "")));
}

function renderStrings() {
  Object.assign(strings, props.strings);
  const each = (name, set) => root.querySelectorAll(`[data-${name}]`).forEach((one) => set(one, text(one.dataset[name])));
  each("text", (one, value) => (one.textContent = value));
  each("title", (one, value) => (one.title = value));
  each("label", (one, value) => one.setAttribute("aria-label", value));
  render();
}

// ---- Large view ----------------------------------------------------------------------------------------------

const large = {};

function renderLarge() {
  const cells = shown();
  const index = cells.findIndex(({ name }) => name === state.large?.name);
  if (index < 0 || (state.large.view === "attention" && !hasAttention(cells[index]))) return dialog.close();
  const cell = cells[index];
  dialog.querySelector(".title").textContent = cell.title;
  dialog.querySelector(".summary").textContent = cell.summary;
  dialog.querySelector(".view").textContent = [text(state.large.view), cell.note].filter(Boolean).join(" · ");
  dialog.querySelector(".count").textContent = text("position", { position: index + 1, total: cells.length });
  // Not `disabled`: a button that has the focus would take the arrow keys with it.
  dialog.querySelector("[data-action=previous]").setAttribute("aria-disabled", !neighbour(-1));
  dialog.querySelector("[data-action=next]").setAttribute("aria-disabled", !neighbour(1));
  fill(large.frame, cell, state.large.view);
  renderValue();
}

function neighbour(step) {
  const cells = shown().filter((cell) => state.large.view === "heat" || hasAttention(cell));
  return cells[cells.findIndex(({ name }) => name === state.large.name) + step]?.name;
}

function enlarge(name, view) {
  state.large = { name, view };
  large.point = null;
  if (!dialog.open) dialog.showModal();
  renderLarge();
}

function step(by) {
  const name = neighbour(by);
  if (!name) return;
  state.large.name = name;
  renderLarge();
}

/** The focus goes to the cell that was seen last, which need not be the one that was opened. */
function closed() {
  const { name, view } = state.large ?? {};
  state.large = null;
  state.columns.get(name)?.cells[view].button.focus({ preventScroll: true });
}

function renderValue() {
  const { frame, point } = large;
  const [width, height] = frame.size;
  const key = state.large.view === "heat" ? "value_at" : "share_at";
  dialog.querySelector(".value").textContent = point
    ? text(key, { value: sample(frame.grid, point).toFixed(2), x: Math.floor(point.u * width), y: Math.floor(point.v * height) })
    : "";
}

function largeKey(event) {
  event.stopPropagation(); // other keys of the page mean what lies behind
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  step(by);
}

const actions = { previous: () => step(-1), next: () => step(1), close: () => dialog.close() };

// ---- Pointer -------------------------------------------------------------------------------------------------

function pointIn(frame, event) {
  const box = frame.root.getBoundingClientRect();
  const [u, v] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  return u >= 0 && u < 1 && v >= 0 && v < 1 ? { u, v } : null;
}

/** A finger swipes; it reads values in the large view. */
function hover(event) {
  if (event.pointerType === "touch") return;
  const { name, view } = event.target.closest(".cell")?.dataset ?? {};
  const point = name && pointIn(state.columns.get(name).cells[view].frame, event);
  if (point) mark(view, point);
  else unmark();
}

/** The same place in every cell of the row, and what each variant says there. */
function mark(view, point) {
  if (matrix.dataset.pointed !== view) unmark();
  matrix.dataset.pointed = view;
  matrix.style.setProperty("--u", `${100 * point.u}%`);
  matrix.style.setProperty("--v", `${100 * point.v}%`);
  for (const cell of shown().filter((one) => view === "heat" || hasAttention(one))) {
    const { note, cells } = state.columns.get(cell.name);
    const { frame } = cells[view];
    note.textContent = text(view === "heat" ? "value" : "share", { value: sample(frame.grid, point).toFixed(2) });
    lightUp(frame, point);
  }
}

function unmark() {
  if (!matrix.dataset.pointed) return;
  delete matrix.dataset.pointed;
  for (const cell of shown()) {
    const { note, cells } = state.columns.get(cell.name);
    note.textContent = cell.note;
    VIEWS.forEach((view) => lightUp(cells[view].frame, null));
  }
}

function lightUp(frame, point) {
  const [x, y] = point ? [point.u * frame.size[0], point.v * frame.size[1]] : [NaN, NaN];
  frame.found?.forEach(([x0, y0, x1, y1], index) => {
    frame.boxes.children[index].classList.toggle("under", x >= x0 && x <= x1 && y >= y0 && y <= y1);
  });
}

// ---- Loading and wiring --------------------------------------------------------------------------------------

/** Decodes every picture first and then shows all at once; what is on the screen stays until then. */
async function load() {
  const value = props.value || null; // Gradio sends "" where there is no value
  const turn = ++state.turn;
  let grids = new Map();
  try {
    const uris = (value?.variants ?? []).flatMap((cell) => [cell.heat, ...(cell.attention ?? [])]);
    const read = async (uri) => [uri, state.grids.get(uri) ?? (await readGrid(uri))];
    await Promise.all([value?.picture, value?.reference].filter(Boolean).map(decode));
    grids = new Map(await Promise.all([...new Set(uris)].map(read)));
  } catch (error) {
    if (turn === state.turn) notice.hidden = false;
    console.warn(error);
    return;
  }
  if (turn === state.turn) adopt(value, grids);
}

function adopt(value, grids) {
  unmark();
  const names = new Set(value?.variants.map(({ name }) => name));
  for (const [name, { head, cells }] of state.columns) {
    if (names.has(name)) continue;
    [head, ...VIEWS.flatMap((view) => [cells[view].button, cells[view].none])].forEach((one) => one.remove());
    VIEWS.forEach((view) => sizes.unobserve(cells[view].frame.root));
    state.columns.delete(name);
  }
  names.forEach((name) => state.columns.has(name) || state.columns.set(name, makeColumn(name)));
  const exemplar = state.exemplar < (value?.exemplars.length ?? 0) ? state.exemplar : 0;
  Object.assign(state, { value: value ?? null, grids, exemplar });
  notice.hidden = true;
  if (names.has(value?.open)) state.hidden.delete(value.open);
  if (names.size && !shown().length) return toggle(null);
  render();
  if (!names.has(value?.open)) return;
  props.value = { ...value, open: null }; // Gradio does not tell of a value equal to the last: the same may be opened again
  enlarge(value.open, "heat");
}

/** Shows or hides the named variant; without a name, shows all. */
function toggle(name) {
  unmark();
  const selected = !name || state.hidden.has(name);
  if (!name) state.hidden.clear();
  else if (!state.hidden.delete(name)) state.hidden.add(name);
  render();
  const index = name ? state.value.variants.findIndex((cell) => cell.name === name) : null;
  trigger("select", { index, selected, value: shown().map((cell) => cell.name) });
}

function set(input) {
  const { setting } = input.dataset;
  if (!setting) return;
  const numeric = input.type === "range";
  state.settings[setting] = input.type === "checkbox" ? input.checked : numeric ? Number(input.value) : input.value;
  storeSettings();
  render();
}

const life = new AbortController();
/** Listens until the component has left the page. */
function listen(target, handlers) {
  for (const [name, handler] of Object.entries(handlers)) {
    const guarded = (event) => (root.isConnected ? handler(event) : life.abort());
    target.addEventListener(name, guarded, { signal: life.signal });
  }
}

const dataset = (event, selector) => event.target.closest(selector)?.dataset;

listen(chips, { click: (event) => dataset(event, "button") && toggle(dataset(event, "button").name || null) });
listen(controls, { input: (event) => set(event.target) });
listen(chooser, {
  click: (event) => {
    const chosen = dataset(event, "button")?.exemplar;
    if (chosen === undefined) return;
    state.exemplar = Number(chosen);
    render();
  },
});
listen(matrix, {
  click: (event) => dataset(event, ".cell") && enlarge(dataset(event, ".cell").name, dataset(event, ".cell").view),
  pointermove: hover,
  pointerleave: unmark,
  scroll: renderPosition,
});
large.frame = makeFrame();
dialog.querySelector(".large").append(large.frame.root);
const readLarge = (event) => {
  if (!state.large) return;
  large.point = pointIn(large.frame, event);
  renderValue();
};
listen(dialog, {
  keydown: largeKey,
  close: closed,
  click: (event) => (event.target === dialog ? dialog.close() : actions[dataset(event, "[data-action]")?.action]?.()),
});
listen(large.frame.root, { pointermove: readLarge, pointerdown: readLarge, pointerleave: readLarge });
new ResizeObserver(() => state.value && renderPosition()).observe(matrix);
restoreSettings();
watch("value", load);
watch("strings", renderStrings);
renderStrings();
load();
