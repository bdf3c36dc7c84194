// Bundles the panels into dist/: one script and one style sheet each.

import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

rmSync(`${here}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: ["src/loader.ts", "src/table.ts", "src/chart.ts", "src/sheet.ts", "src/card.ts", "src/desk.ts", "src/desk.css", "src/card.css", "src/sheet.css", "src/table.css", "src/chart.css", "src/page.ts", "src/page.css"],
  outdir: "dist",
  bundle: true,
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
  loader: { ".svg": "text" },
  minify: true,
  charset: "utf8",
  logLevel: "warning",
});
for (const name of ["index.html", "icon.svg"]) cpSync(`${here}src/page/${name}`, `${here}dist/${name}`);
