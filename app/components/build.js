// @ts-check
// Makes NAME/dist/NAME.js of each component's sources; with --check, says which of them is not what they give.
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const COMPONENTS = ["box_prompter", "picture_grid", "pressable", "status_line", "workbench"];
const HOST = "element, trigger, props, server, upload, watch"; // what Gradio names the parameters of the script

/**
 * The script of a component, a function's body for Gradio's `js_on_load`.
 *
 * @param {string} name
 * @returns {Promise<string>}
 */
async function bundle(name) {
  const result = await build({
    absWorkingDir: FOLDER,
    stdin: {
      contents: `import { mount } from "./${name}/src/main.js";\nmount({ ${HOST} });\n`,
      resolveDir: FOLDER,
      sourcefile: `${name}.js`,
    },
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    banner: { js: "// Made by `make bundle` from ../src and ../../shared: change those." },
  });
  return result.outputFiles[0].text;
}

for (const name of COMPONENTS) {
  const path = join(FOLDER, name, "dist", `${name}.js`);
  const text = await bundle(name);
  if (!process.argv.includes("--check")) await writeFile(path, text);
  else if ((await readFile(path, "utf8")) !== text) {
    console.error(`${name}/dist/${name}.js is not what the sources give: run make bundle and commit it.`);
    process.exitCode = 1;
  }
}
