// From the state (box_prompter.js) to what is on the screen.

const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const CROSS = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="m3 3 10 10M13 3 3 13"/></svg>';

function node(tag, className, style = {}, children = []) {
  const result = document.createElement(tag);
  result.className = className;
  for (const [name, value] of Object.entries(style)) result.style.setProperty(name, value);
  result.append(...children);
  return result;
}

function boxNodes(box, index) {
  const [width, height] = state.size;
  const percent = (value, whole) => `${(100 * value) / whole}%`;
  const selected = index === state.selected && state.gesture?.kind !== "draw";
  const classes = `${box.label > 0 ? "positive" : "negative"}${selected ? " selected" : ""}`;
  const [left, top] = [percent(box.x0, width), percent(box.y0, height)];
  const outline = node("div", `box ${classes}`, {
    left, top, width: percent(box.x1 - box.x0, width), height: percent(box.y1 - box.y0, height),
  }, selected ? handles(box) : []);
  const below = (box.y0 / height) * frame.clientHeight < (selected ? 34 : 20);
  const tag = node("span", `tag ${classes}${below ? " below" : ""}`, { "--left": left, "--top": top }, [
    `${box.label > 0 ? "+" : "−"}${index + 1}`, ...(selected ? [removeButton()] : []),
  ]);
  return [outline, tag];
}

/** All eight, or the corners alone where the sides are too short to tell them apart. */
function handles(box) {
  const scale = frame.clientWidth / state.size[0];
  const [wide, tall] = span(box).map((side) => side * scale > 44);
  const fits = (edges) => edges.length === 2 || ("ns".includes(edges) ? wide : tall);
  return HANDLES.filter(fits).map((edges) => {
    const handle = node("span", "handle");
    handle.dataset.edges = edges;
    return handle;
  });
}

function removeButton() {
  const button = node("button", "remove");
  Object.assign(button, { type: "button", tabIndex: -1, title: text("remove_title"), innerHTML: CROSS });
  button.dataset.action = "remove";
  return button;
}

const sizeOf = (box) => Object.fromEntries(["width", "height"].map((side, i) => [side, Math.round(span(box)[i])]));

function summary() {
  const { boxes, selected } = state;
  if (!state.size) return "";
  if (!boxes.length) return text("hint");
  if (selected >= 0) {
    const sign = text(boxes[selected].label > 0 ? "positive" : "negative").toLowerCase();
    return text("selected", { number: selected + 1, total: boxes.length, sign, ...sizeOf(boxes[selected]) });
  }
  const positive = boxes.filter((box) => box.label > 0).length;
  return text("counts", { positive, negative: boxes.length - positive });
}

function render() {
  const { gesture, notice } = state;
  const boxes = gesture?.boxes ?? state.boxes;
  empty.hidden = state.source !== null && state.size !== null;
  frame.hidden = state.size === null;
  stage.tabIndex = state.size ? 0 : -1;
  if (state.size) ["--width", "--height"].forEach((name, i) => frame.style.setProperty(name, state.size[i]));
  layer.replaceChildren(...(state.size ? boxes.flatMap(boxNodes) : []));
  message.textContent = notice?.text ?? (gesture ? message.textContent : summary());
  message.classList.toggle("error", Boolean(notice?.error));
  size.textContent = gesture?.box ? text("size", sizeOf(gesture.box)) : "";
  renderToolbar();
}

function renderToolbar() {
  const button = (name) => root.querySelector(`.toolbar [data-action=${name}]`);
  button("positive").setAttribute("aria-pressed", state.polarity > 0);
  button("negative").setAttribute("aria-pressed", state.polarity < 0);
  button("help").setAttribute("aria-expanded", !help.hidden);
  button("undo").disabled = !state.past.length;
  button("redo").disabled = !state.future.length;
  button("flip").disabled = state.selected < 0;
  button("clear").disabled = !state.boxes.length;
}

function renderStrings() {
  Object.assign(strings, props.strings);
  const each = (name, set) => root.querySelectorAll(`[data-${name}]`).forEach((one) => set(one, text(one.dataset[name])));
  each("text", (one, value) => (one.textContent = value));
  each("title", (one, value) => (one.title = value));
  each("label", (one, value) => one.setAttribute("aria-label", value));
  state.notice = null;
  render();
}
