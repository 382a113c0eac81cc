// @ts-check

/**
 * What Gradio hands to a component's script, under the names that `build.js` passes on.
 *
 * @template Props
 * @typedef {object} Host
 * @property {HTMLElement} element - of the component
 * @property {(event: string, data?: unknown) => void} trigger - sends an event to Python
 * @property {Props} props - live: an assignment to a field is published
 * @property {Record<string, (...parameters: unknown[]) => Promise<unknown>>} server - functions of the server
 * @property {(file: File) => Promise<Stored>} upload
 * @property {(name: string | string[], handler: () => void) => void} watch - runs when Python has set that field
 */

/**
 * A file on the server.
 *
 * @typedef {object} Stored
 * @property {string} path
 * @property {string} [url]
 */

export {};
