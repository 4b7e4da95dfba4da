// For the page's scripts. The plug-ins are taken from the folder that NODE_TOOLS names (by default
// the current one), since the repository has no node_modules of its own.

import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.NODE_TOOLS ?? process.cwd(), "package.json"));
const js = require("@eslint/js");
const globals = require("globals");
const noUnsanitized = require("eslint-plugin-no-unsanitized");
const security = require("eslint-plugin-security");

export default [
  js.configs.recommended,
  security.configs.recommended,
  noUnsanitized.configs.recommended,
  { languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser } },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
];
