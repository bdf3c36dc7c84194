// Bundles the panels into dist/: one script and one style sheet each, and the styles that all of them share.

import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const PANELS = ["table", "chart", "details", "card", "cardToolbar"];
const SHARED = { absWorkingDir: here, outdir: "dist", bundle: true, target: "es2022", minify: true, charset: "utf8", logLevel: "warning" };
const MODULES = {
  ...SHARED,
  alias: { "d3-interpolate": "./src/chart/numbersOnly.ts", "d3-transition": "./src/chart/numbersOnly.ts" },
  format: "esm",
  legalComments: "inline",
};

/** The page loads the bundles of the panels that the notebook has, and carries no copy of them. */
const panelsStandBeside = {
  name: "panels-stand-beside",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/(table|chart|details)\.ts$/ }, ({ path }) => ({
      path: path.replace(/^\.\.\/(\w+)\.ts$/, "./$1.js"),
      external: true,
    }));
  },
};

rmSync(`${here}dist`, { recursive: true, force: true });
await build({
  ...MODULES,
  entryPoints: ["src/loader.ts", "src/panel.css", ...PANELS.flatMap((name) => [`src/${name}.ts`, `src/${name}.css`])],
});
await build({ ...MODULES, entryPoints: ["src/page.ts", "src/page.css"], plugins: [panelsStandBeside] });
await build({ ...SHARED, entryPoints: ["src/lab.ts"], format: "iife", loader: { ".svg": "text", ".css": "text" } });
for (const name of ["index.html", "icon.svg"]) cpSync(`${here}src/page/${name}`, `${here}dist/${name}`);
