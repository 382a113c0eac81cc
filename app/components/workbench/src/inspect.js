// @ts-check
import { button, node, query } from "../../shared/dom.js";
import { percent } from "../../shared/numbers.js";
import { sample } from "../../shared/raster.js";
import { NEAREST } from "./boxes.js";
import { centreOf, nearest } from "./similarity.js";
import { SIDES } from "./stage.js";

/** @typedef {import("./types.js").Side} Side */
/** @typedef {import("./types.js").Variant} Variant */
/** @typedef {import("./types.js").Loaded} Loaded */
/** @typedef {import("../../shared/dom.js").Content} Content */

const AROUND = 2; // cells beside the patch in its crop: a patch alone shows nothing
const CROP = 96; // pixels of a crop's canvas

/**
 * What is known of the kept patch.
 *
 * @param {HTMLElement} root
 * @param {import("./store.js").Store} store
 * @param {import("./scene.js").Scene} scene
 * @param {import("../../shared/strings.js").Text} text
 * @returns {() => void} brings it up to the state
 */
export function createInspect(root, store, scene, text) {
  const { state } = store;
  const panel = query(root, ".inspect .facts", HTMLElement);

  /**
   * The patch and its neighbourhood, the patch itself framed.
   *
   * @param {Loaded} loaded
   * @param {number} cell
   */
  function crop({ picture, model }, cell) {
    const { columns, rows } = model.variants[0].tokens;
    const [width, height] = [picture.naturalWidth / columns, picture.naturalHeight / rows];
    const across = 2 * AROUND + 1;
    const canvas = node("canvas");
    Object.assign(canvas, { width: CROP, height: Math.round((CROP * height) / width) });
    const [x, y] = [((cell % columns) - AROUND) * width, (Math.floor(cell / columns) - AROUND) * height];
    const context = canvas.getContext("2d");
    context?.drawImage(picture, x, y, across * width, across * height, 0, 0, canvas.width, canvas.height);
    return node("span", "crop", canvas, { "--cell": percent(1, across), "--from": percent(AROUND, across) });
  }

  /**
   * @param {Loaded} loaded
   * @param {number} cell
   */
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

  /**
   * The heat at the patch, in every variant.
   *
   * @param {Loaded} loaded
   * @param {number} cell
   */
  function renderHeat({ model, grids }, cell) {
    const pair = store.pair();
    const rows = model.variants.map((variant) => {
      const grid = grids.get(variant.heat);
      const heat = grid ? sample(grid, centreOf(variant.tokens, cell)) : 0;
      const side = SIDES.find((one) => pair?.[one] === variant);
      const name = node("span", "name", [...(side ? [badge(side)] : []), variant.title]);
      const bar = node("span", "heat-bar", node("i", "", [], { width: percent(heat) }));
      return node("li", "", [name, bar, node("output", "", heat.toFixed(2))]);
    });
    return section(text("heat_here"), node("ul", "heats", rows));
  }

  /**
   * @param {Loaded} loaded
   * @param {Side} side
   * @param {Variant} variant
   */
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

  /** @param {Variant} variant */
  function packedText({ tokens: { channels, share, error } }) {
    return text("packed", { channels, share: (100 * share).toFixed(1), error: error.toFixed(3) });
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
      ...SIDES.filter((side) => side === "a" || pair.a !== pair.b).map((side) => renderNearest(loaded, side, pair[side])),
    );
    if (focused) query(root, ".views", HTMLElement).focus({ preventScroll: true }); // its button is gone
  };
}

/** @param {Side} side */
const badge = (side) => node("b", `badge ${side}`, side.toUpperCase());

/**
 * @param {Content} heading
 * @param {Content} content
 */
const section = (heading, content) => node("section", "", [node("h4", "", heading), ...[content].flat()]);
