// What a widget brings along as its module: it unpacks the panel's bundle, once for all panels of a page.
//
// The first panels of a kernel carry their bundle; once a page has reported that it has unpacked one, later panels
// come without. A page that was reloaded finds it with the panels that carry it, or requests it from the kernel.

import type { AnyModel } from "./ui/anywidget.ts";

interface Context {
  readonly model: AnyModel;
  readonly el: HTMLElement;
}

interface Panel {
  render(context: Context): () => void;
}

interface Packed {
  readonly script: DataView<ArrayBuffer>;
  readonly style: DataView<ArrayBuffer>;
}

interface Loaded {
  readonly panel: Panel;
  readonly css: string;
}

interface BundleCache {
  readonly packed: Map<string, Packed>;
  readonly loaded: Map<string, Promise<Loaded>>;
}

const RETRY_INTERVAL = 1000;
const CACHE = Symbol.for("nbtrack.bundles");
const page = globalThis as unknown as Record<symbol, BundleCache | undefined>;
const { packed, loaded } = (page[CACHE] ??= {
  packed: new Map<string, Packed>(),
  loaded: new Map<string, Promise<Loaded>>(),
});

function nameOf(model: AnyModel): string {
  return model.get("_bundle") as string;
}

/** Keep what a panel carries. */
function store(model: AnyModel): void {
  const script = model.get("_script") as DataView<ArrayBuffer>;
  const style = model.get("_style") as DataView<ArrayBuffer>;
  if (script.byteLength > 0) packed.set(nameOf(model), { script, style });
}

/** Request it until the kernel answers: the first messages of a page may wait for the running cell. */
function request(model: AnyModel): Promise<Packed> {
  const id = `bundle-${nameOf(model)}`;
  return new Promise((resolve) => {
    const receive = (content: { id?: unknown }, buffers: readonly DataView<ArrayBuffer>[]): void => {
      const [script, style] = buffers;
      if (content.id !== id || !script || !style) return;
      model.off("msg:custom", receive);
      clearInterval(asking);
      resolve({ script, style });
    };
    model.on("msg:custom", receive);
    const send = (): void => {
      model.send({ id, endpoint: "kernel/bundle", arguments: {} });
    };
    const asking = setInterval(send, RETRY_INTERVAL);
    send();
  });
}

async function unpacked(data: DataView<ArrayBuffer>): Promise<string> {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

async function load(model: AnyModel): Promise<Loaded> {
  const { script, style } = packed.get(nameOf(model)) ?? (await request(model));
  const [code, css] = await Promise.all([unpacked(script), unpacked(style)]);
  addStyle(document.head, nameOf(model), css);
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const module = (await import(address)) as { default: Panel };
  URL.revokeObjectURL(address);
  model.send({ event: "unpacked" });
  return { panel: module.default, css };
}

/** Give a page, or a part of it with styles of its own, the style sheet of a bundle once. */
function addStyle(place: ParentNode, name: string, css: string): void {
  if (place.querySelector(`style[data-nbtrack-bundle="${name}"]`) !== null) return;
  const sheet = document.createElement("style");
  sheet.dataset.nbtrackBundle = name;
  sheet.textContent = css;
  place.append(sheet);
}

function bundleOf(model: AnyModel): Promise<Loaded> {
  const name = nameOf(model);
  const known = loaded.get(name) ?? load(model);
  loaded.set(name, known);
  known.catch(() => loaded.delete(name));
  return known;
}

export default {
  initialize({ model }: { readonly model: AnyModel }): void {
    store(model);
  },
  async render(context: Context): Promise<() => void> {
    const { model, el } = context;
    el.classList.add("nbtrack-host"); // A kernel may be gone before the bundle is there.
    const { panel, css } = await bundleOf(model);
    const root = el.getRootNode();
    if (root instanceof ShadowRoot) addStyle(root, nameOf(model), css);
    return panel.render(context);
  },
};
