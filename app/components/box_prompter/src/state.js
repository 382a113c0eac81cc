// @ts-check

/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./geometry.js").Size} Size */
/** @typedef {import("../../shared/host.js").Stored} Stored */

/**
 * The wire form of `PromptData` in component.py.
 *
 * @typedef {object} Value
 * @property {Stored | null} [image]
 * @property {Box[]} [boxes]
 * @property {Stored | null} [preview]
 * @property {number | null} [width]
 * @property {number | null} [height]
 */

/**
 * @typedef {object} Props
 * @property {Value | null} value
 * @property {import("../../shared/strings.js").Texts} strings
 * @property {number} max_boxes
 * @property {number} max_bytes
 */

/**
 * A press of the pointer, and what it becomes once it wanders.
 *
 * @typedef {object} Press
 * @property {number} pointer - its id
 * @property {[x: number, y: number]} client - where it began on the screen
 * @property {Point} from - where it began on the image
 * @property {string} [edges] - of the handle that was pressed
 * @property {boolean} other - whether it draws the sign that is not chosen
 * @property {"draw" | "move" | "resize"} [kind] - undefined until it is more than a click
 * @property {Box} [box] - what it makes
 * @property {Box[]} [boxes] - all boxes with it
 */

/** @typedef {{kind: "nudge", box: Box, boxes: Box[]}} Nudge - while an arrow key is down */

/** @typedef {{value: Value | null, path: string | null, boxes: Box[]}} Moment - picture and boxes at a time */

export function createState() {
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
    menuless: 0,
  };
}

/** @typedef {ReturnType<typeof createState>} State */
