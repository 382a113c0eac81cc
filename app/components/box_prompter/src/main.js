// Gradio calls box_geometry.js, box_drawing.js and this file, joined, as one function
// (element, trigger, props, server, upload, watch). Arrays of boxes are never changed in place.

// ---- State ---------------------------------------------------------------------------------------------------

const CLICK = 4; // screen pixels that a press may wander and still be a click
const ARROWS = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] };

const root = element.querySelector(".box-prompter");
const [stage, frame, image, layer, message, size, help, chooser, empty] = [
  ".stage", ".frame", "img", ".boxes", ".message", ".size", ".help", "input[type=file]", ".empty",
].map((selector) => root.querySelector(selector));

const state = {
  boxes: [], // as published
  past: [], // earlier and undone arrays of boxes
  future: [],
  polarity: 1,
  selected: -1,
  path: null, // server path of the picture
  source: null, // address that the <img> shows
  local: null, // {path, url}: the person's own file, shown without fetching it back
  size: null, // [width, height] of the original; null until the picture is on the screen
  gesture: null, // {kind, boxes, ...} while a pointer or an arrow key is down
  notice: null, // {text, error}
  uploads: 0,
  menuless: 0, // until then a context menu belongs to a right drag that ended outside the stage
};

const strings = {};
const text = (key, values = {}) => strings[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

function notify(key, values, error = true) {
  state.notice = { text: text(key, values), error };
  render();
}

function publish() {
  const [width, height] = state.size;
  props.value = { ...props.value, boxes: state.boxes, width, height };
  trigger("input");
}

/** Ends a gesture: the one place where boxes change, so each gesture is one undo step and one event. */
function commit(boxes, selected = state.selected) {
  const before = state.boxes;
  Object.assign(state, { boxes, selected, gesture: null, notice: null });
  if (!same(before, boxes)) {
    state.past.push(before);
    state.future = [];
    publish();
  }
  render();
}

function travel(from, to) {
  if (!from.length) return;
  to.push(state.boxes);
  const boxes = from.pop();
  const selected = boxes.length === state.boxes.length ? state.selected : -1;
  Object.assign(state, { boxes, selected, notice: null });
  publish();
  render();
}

function select(index) {
  Object.assign(state, { selected: index, notice: null });
  render();
}

// ---- Actions -------------------------------------------------------------------------------------------------

const actions = {
  positive: () => setPolarity(1),
  negative: () => setPolarity(-1),
  undo: () => travel(state.past, state.future),
  redo: () => travel(state.future, state.past),
  flip: () => edit((box) => ({ ...box, label: -box.label })),
  clear: () => commit([], -1),
  open: () => chooser.click(),
  help: () => {
    help.hidden = !help.hidden;
    render();
  },
  remove: () => {
    if (state.selected < 0) return;
    commit(state.boxes.filter((_, index) => index !== state.selected), -1);
    stage.focus({ preventScroll: true });
  },
  escape: () => {
    if (state.gesture) state.gesture = null;
    else if (!help.hidden) help.hidden = true;
    else state.selected = -1;
    render();
  },
};

function setPolarity(label) {
  state.polarity = label;
  render();
}

function edit(change) {
  if (state.selected < 0) return;
  commit(replaced(state.boxes, state.selected, change(state.boxes[state.selected])));
}

// ---- Pointer -------------------------------------------------------------------------------------------------

function press(event) {
  if (!state.size || ![0, 2].includes(event.button) || event.target.closest(".remove")) return;
  settleNudge();
  if (state.gesture) return cancelGesture(); // a second finger: the browser pinches
  stage.setPointerCapture(event.pointerId);
  state.gesture = {
    pointer: event.pointerId,
    client: [event.clientX, event.clientY],
    from: toImage(event, frame.getBoundingClientRect(), state.size),
    edges: event.target.closest(".handle")?.dataset.edges,
    other: event.button === 2 || event.shiftKey,
  };
}

function kindOf({ edges, other, from }) {
  if (edges) return "resize";
  return !other && state.selected >= 0 && contains(state.boxes[state.selected], from) ? "move" : "draw";
}

function drag(event) {
  const gesture = state.gesture;
  if (gesture?.pointer !== event.pointerId) return;
  const [x, y] = gesture.client;
  if (!gesture.kind && Math.hypot(event.clientX - x, event.clientY - y) < CLICK) return;
  gesture.kind ??= kindOf(gesture);
  if (gesture.kind === "draw" && state.boxes.length >= props.max_boxes) {
    state.gesture = null;
    return notify("too_many", { limit: props.max_boxes });
  }
  const to = toImage(event, frame.getBoundingClientRect(), state.size);
  const [dx, dy] = [to.x - gesture.from.x, to.y - gesture.from.y];
  const chosen = state.boxes[state.selected];
  if (gesture.kind === "draw") {
    const label = gesture.other ? -state.polarity : state.polarity;
    gesture.box = boxBetween(gesture.from, to, label);
    gesture.boxes = [...state.boxes, gesture.box];
  } else {
    gesture.box =
      gesture.kind === "move" ? moved(chosen, dx, dy, state.size) : resized(chosen, gesture.edges, dx, dy, state.size);
    gesture.boxes = replaced(state.boxes, state.selected, gesture.box);
  }
  render();
}

function release(event) {
  const gesture = state.gesture;
  if (gesture?.pointer !== event.pointerId) return;
  state.gesture = null;
  if (event.button === 2) state.menuless = event.timeStamp + 100;
  if (!gesture.kind) {
    const hit = gesture.edges ? state.selected : smallestAt(state.boxes, gesture.from);
    select(hit === state.selected && !gesture.edges ? -1 : hit);
  } else if (gesture.kind !== "draw") commit(gesture.boxes);
  else if (Math.min(...span(gesture.box)) < smallestSide()) notify("too_small");
  else commit(gesture.boxes, -1);
}

/** Sides shorter than this, in image pixels, come from a slip of the hand. */
function smallestSide() {
  return Math.max(1, (CLICK * state.size[0]) / frame.getBoundingClientRect().width);
}

function contextMenu(event) {
  if (state.size && (stage.contains(event.target) || event.timeStamp < state.menuless)) event.preventDefault();
}

function cancelGesture() {
  state.gesture = null;
  render();
}

// ---- Keys ----------------------------------------------------------------------------------------------------

/** With several box drawers on a page, keys and pastes go to the one used last. */
function isActive() {
  const visible = [...document.querySelectorAll(".box-prompter")].filter((one) => one.getClientRects().length);
  return (visible.find((one) => one.dataset.active) ?? visible[0]) === root;
}

function activate() {
  document.querySelectorAll(".box-prompter").forEach((one) => delete one.dataset.active);
  root.dataset.active = "true";
}

const isTyping = (target) => target.isContentEditable || target.matches?.("input, textarea, select");
const isOurs = (event) => !event.defaultPrevented && !isTyping(event.composedPath()[0]) && isActive();

function actionFor(event) {
  const key = event.key.toLowerCase();
  const command = event.ctrlKey || event.metaKey;
  if (event.altKey || (command && key !== "z" && key !== "y")) return null;
  if (key === "y") return command ? "redo" : null;
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  if (state.selected >= 0 && { delete: 1, backspace: 1 }[key]) return "remove";
  return { 1: "positive", 2: "negative", x: "flip", escape: "escape", "?": "help" }[key] ?? null;
}

function keydown(event) {
  if (!isOurs(event)) return;
  const handled = event.target === stage && event.key === "Tab" ? tab(event.shiftKey) : nudge(event);
  const action = handled ? null : actionFor(event);
  if (handled || action) event.preventDefault();
  if (!action) return;
  if (action !== "escape") settleNudge();
  if (!state.gesture || action === "escape") actions[action]();
}

function tab(backwards) {
  const none = backwards ? 0 : -1;
  const next = (state.selected < 0 ? none : state.selected) + (backwards ? -1 : 1);
  const inside = next >= 0 && next < state.boxes.length;
  select(inside ? next : -1);
  return inside;
}

/** Holding an arrow key is one gesture: it ends when the key comes up. */
function nudge(event) {
  const step = ARROWS[event.key.toLowerCase()];
  const near = root.contains(event.target) || event.target === document.body;
  if (!step || !near || event.altKey || event.ctrlKey || event.metaKey || state.selected < 0) return false;
  if (state.gesture && state.gesture.kind !== "nudge") return true;
  const by = event.shiftKey ? 10 : 1;
  const boxes = state.gesture?.boxes ?? state.boxes;
  const box = moved(boxes[state.selected], step[0] * by, step[1] * by, state.size);
  state.gesture = { kind: "nudge", box, boxes: replaced(boxes, state.selected, box) };
  render();
  return true;
}

function settleNudge() {
  if (state.gesture?.kind === "nudge") commit(state.gesture.boxes);
}

// ---- Pictures ------------------------------------------------------------------------------------------------

/** Size and local address of a file, or nothing where this browser cannot show it. */
async function measure(file) {
  const url = URL.createObjectURL(file);
  const probe = new Image();
  probe.src = url;
  try {
    await probe.decode();
    return { url, width: probe.naturalWidth, height: probe.naturalHeight };
  } catch {
    URL.revokeObjectURL(url);
    return { url: null, width: null, height: null };
  }
}

async function receive(file) {
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  const { name } = file;
  if (file.type && !file.type.startsWith("image/")) return notify("not_image", { name });
  if (file.size > props.max_bytes) {
    return notify("too_large", { name, size: megabytes(file.size), limit: megabytes(props.max_bytes) });
  }
  const turn = ++state.uploads;
  notify("uploading", { name }, false);
  try {
    const [local, sent] = await Promise.all([measure(file), upload(file)]);
    if (turn === state.uploads) adopt(file, local, sent);
  } catch (error) {
    if (turn === state.uploads) notify("upload_failed", { name, reason: error.message });
  }
}

function adopt(file, { url, width, height }, sent) {
  if (state.local) URL.revokeObjectURL(state.local.url);
  state.local = url && { path: sent.path, url };
  const meta = { _type: "gradio.FileData" };
  const data = { ...sent, orig_name: file.name, size: file.size, mime_type: file.type || null, meta };
  props.value = { image: data, boxes: [], preview: null, width, height };
  load();
  trigger("upload");
}

/** Shows the value as it stands, whoever set it; publishes nothing. */
function load() {
  const value = props.value ?? {};
  const path = value.image?.path ?? null;
  const boxes = (value.boxes ?? []).map(({ x0, y0, x1, y1, label }) => ({ x0, y0, x1, y1, label }));
  if (path !== state.path) Object.assign(state, { path, past: [], future: [], selected: -1, size: null });
  else if (!same(boxes, state.boxes)) Object.assign(state, { past: [...state.past, state.boxes], future: [], selected: -1 });
  Object.assign(state, { boxes, gesture: null, notice: null });
  const shown = value.preview ?? value.image;
  show(shown && shown.path === state.local?.path ? state.local.url : (shown?.url ?? null));
}

function show(source) {
  if (source === state.source && image.complete) return image.naturalWidth ? shown() : notShown();
  if (source === state.source) return render();
  Object.assign(state, { source, size: null });
  if (source) image.src = source;
  else image.removeAttribute("src");
  render();
}

function shown() {
  const { width, height } = props.value;
  state.size = width && height ? [width, height] : [image.naturalWidth, image.naturalHeight];
  render();
}

function notShown() {
  state.size = null;
  if (state.source) notify("not_shown");
  else render();
}

function paste(event) {
  const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
  if (!file || !isOurs(event)) return;
  event.preventDefault();
  receive(file);
}

function dragOver(event) {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  root.classList.add("dropping");
}

function drop(event) {
  root.classList.remove("dropping");
  const [file] = event.dataTransfer.files;
  if (!file) return;
  event.preventDefault();
  receive(file);
}

// ---- Wiring --------------------------------------------------------------------------------------------------

const life = new AbortController();
/** Listens until the component has left the page. */
function listen(target, handlers) {
  for (const [name, handler] of Object.entries(handlers)) {
    const guarded = (event) => (root.isConnected ? handler(event) : life.abort());
    target.addEventListener(name, guarded, { signal: life.signal });
  }
}

listen(stage, {
  pointerdown: press,
  pointermove: drag,
  pointerup: release,
  pointercancel: cancelGesture,
});
listen(root, {
  pointerdown: activate,
  focusin: activate,
  click: (event) => actions[event.target.closest("[data-action]")?.dataset.action]?.(),
  dragover: dragOver,
  dragleave: (event) => !root.contains(event.relatedTarget) && root.classList.remove("dropping"),
  drop,
});
listen(chooser, {
  change: () => {
    const [file] = chooser.files;
    if (file) receive(file);
    chooser.value = "";
  },
});
listen(image, { load: shown, error: notShown });
listen(document, { keydown, paste, contextmenu: contextMenu, keyup: (event) => ARROWS[event.key?.toLowerCase()] && settleNudge() });
listen(window, { blur: settleNudge });
new ResizeObserver(() => state.size && !state.gesture && render()).observe(frame);
watch("value", load);
watch("strings", renderStrings);
renderStrings();
load();
