// @ts-check
import { momentOf } from "./drawing.js";
import { areEqual } from "./geometry.js";

/** @typedef {import("../../shared/host.js").Stored} Stored */
/** @typedef {{url: string, width: number, height: number}} Local - a file as this browser shows it */

/**
 * Size and local address of a file, or null where this browser cannot show it.
 *
 * @param {File} file
 * @returns {Promise<Local | null>}
 */
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

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/**
 * How pictures come in and get on the screen.
 *
 * @param {object} context
 * @param {import("./view.js").Parts} context.parts
 * @param {import("./state.js").State} context.state
 * @param {import("../../shared/host.js").Host<import("./state.js").Props>} context.host
 * @param {import("./drawing.js").Drawing} context.drawing
 * @param {() => void} context.render
 */
export function createPictures({ parts: { image }, state, host: { props, trigger, upload }, drawing, render }) {
  const { notify } = drawing;

  /**
   * Send a file and show it, unless it cannot be one of ours or a later one comes before it has arrived.
   *
   * @param {File} file
   */
  async function receive(file) {
    const { name } = file;
    if (file.type && !file.type.startsWith("image/")) return notify("not_image", { name });
    if (file.size > props.max_bytes) {
      return notify("too_large", { name, size: megabytes(file.size), limit: megabytes(props.max_bytes) });
    }
    const turn = ++state.uploads;
    notify("uploading", { name }, false);
    try {
      const [local, stored] = await Promise.all([measure(file), upload(file)]);
      if (turn === state.uploads) adopt(file, local, stored);
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      if (turn === state.uploads) notify("upload_failed", { name, reason });
    }
  }

  /**
   * @param {File} file
   * @param {Local | null} local
   * @param {Stored} stored
   */
  function adopt(file, local, stored) {
    if (state.local) URL.revokeObjectURL(state.local.url);
    state.local = local && { path: stored.path, url: local.url };
    const meta = { _type: "gradio.FileData" };
    const data = { ...stored, orig_name: file.name, size: file.size, mime_type: file.type || null, meta };
    const [width, height] = local ? [local.width, local.height] : [null, null];
    props.value = { image: data, boxes: [], preview: null, width, height };
    load();
    trigger("upload");
  }

  /** Take over the value as somebody else has set it, as a step that can be undone; publish nothing. */
  function load() {
    const { path, boxes } = contents();
    const before = state.past.at(-1);
    const differs = path !== state.path || !areEqual(boxes, state.boxes);
    if (state.path && differs) {
      // A file that the server cannot read is answered by the picture before: that step has not been.
      const returns = path !== state.path && before?.path === path && areEqual(before.boxes, boxes);
      state.past = returns ? state.past.slice(0, -1) : [...state.past, momentOf(state)];
      state.future = [];
    }
    present();
  }

  /** Picture and boxes of the value. */
  function contents() {
    const { image, boxes = [] } = props.value ?? {};
    const path = image?.path ?? null;
    return { path, boxes: (boxes ?? []).map(({ x0, y0, x1, y1, label }) => ({ x0, y0, x1, y1, label })) };
  }

  /** Show the value as it stands; undo and redo stay as they are. */
  function present() {
    const { path, boxes } = contents();
    const value = props.value ?? {};
    if (path !== state.path) state.size = null;
    if (path !== state.path || !areEqual(boxes, state.boxes)) state.selected = -1;
    Object.assign(state, { value: props.value, path, boxes, gesture: null, notice: null });
    const stored = value.preview ?? value.image;
    show(stored && stored.path === state.local?.path ? state.local.url : (stored?.url ?? null));
  }

  /** @param {string | null} source */
  function show(source) {
    if (source === state.source && image.complete) return image.naturalWidth ? onLoad() : onError();
    if (source === state.source) return render();
    Object.assign(state, { source, size: null });
    if (source) image.src = source;
    else image.removeAttribute("src");
    render();
  }

  function onLoad() {
    const { width, height } = props.value ?? {};
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

/** @typedef {ReturnType<typeof createPictures>} Pictures */
