// Bundles the panels into dist/: one script and one style sheet each.

import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

rmSync(`${here}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: ["src/loader.ts", "src/table.ts", "src/chart.ts", "src/details.ts", "src/card.ts", "src/cardToolbar.ts", "src/cardToolbar.css", "src/card.css", "src/details.css", "src/table.css", "src/chart.css", "src/page.ts", "src/page.css"],
  outdir: "dist",
  bundle: true,
  alias: { "d3-interpolate": "./src/chart/numbersOnly.ts", "d3-transition": "./src/chart/numbersOnly.ts" },
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "inline",
  logLevel: "warning",
});
await build({
  absWorkingDir: here,
  entryPoints: ["src/lab.ts"],
  outdir: "dist",
  bundle: true,
  format: "iife",
  target: "es2022",
  loader: { ".svg": "text", ".css": "text" },
  minify: true,
  charset: "utf8",
  logLevel: "warning",
});
for (const name of ["index.html", "icon.svg"]) cpSync(`${here}src/page/${name}`, `${here}dist/${name}`);
