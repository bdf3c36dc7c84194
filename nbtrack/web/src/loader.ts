// What a widget brings along as its module: it unpacks the panel's bundle, once for all panels of a page.

import type { AnyModel } from "./anywidget.ts";

interface Context {
  readonly model: AnyModel;
  readonly el: HTMLElement;
}

interface Panel {
  render(context: Context): () => void;
}

const LOADED = Symbol.for("nbtrack.bundles");
const page = globalThis as unknown as Record<symbol, Map<string, Promise<Panel>> | undefined>;
const loaded = (page[LOADED] ??= new Map<string, Promise<Panel>>());

async function unpacked(packed: DataView<ArrayBuffer>): Promise<string> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

async function load(model: AnyModel): Promise<Panel> {
  const [script, style] = await Promise.all(
    ["_script", "_style"].map((name) => unpacked(model.get(name) as DataView<ArrayBuffer>)),
  );
  const sheet = document.createElement("style");
  sheet.textContent = style ?? "";
  document.head.append(sheet);
  const address = URL.createObjectURL(new Blob([script ?? ""], { type: "text/javascript" }));
  const module = (await import(address)) as { default: Panel };
  URL.revokeObjectURL(address);
  return module.default;
}

function panelOf(model: AnyModel): Promise<Panel> {
  const name = model.get("_bundle") as string;
  const known = loaded.get(name) ?? load(model);
  loaded.set(name, known);
  return known;
}

export default {
  async render(context: Context): Promise<() => void> {
    return (await panelOf(context.model)).render(context);
  },
};
