// @ts-check

/**
 * Colour every pixel of a canvas by the table.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} heats - 0..255, one a pixel
 * @param {Uint32Array} table
 */
export function colourCanvas(canvas, heats, table) {
  const image = new ImageData(canvas.width, canvas.height);
  const words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < words.length; i++) words[i] = table[heats[i]];
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/**
 * @param {string} uri
 * @returns {Promise<HTMLImageElement>}
 */
export async function decode(uri) {
  const image = new Image();
  image.src = uri;
  await image.decode();
  return image;
}

/**
 * The grid that a grey picture holds.
 *
 * @param {string} uri
 * @returns {Promise<import("./raster.js").Grid>}
 */
export async function readGrid(uri) {
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
