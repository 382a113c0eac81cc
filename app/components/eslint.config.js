// @ts-check
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/dist/"] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  { rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error", "max-lines": ["error", 250] } },
  {
    files: ["**/shared/*.js", "**/src/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
  },
  {
    files: ["**/build.js", "**/eslint.config.js", "**/*.test.mjs"],
    languageOptions: { globals: globals.node },
  },
];
