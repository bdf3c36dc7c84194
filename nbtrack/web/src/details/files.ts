// Artifacts and images: each opens to a preview, and can be downloaded.

import { type Carrier, type Message, messageOf, type Stop } from "../carrier/carrier.ts";
import { h } from "../ui/dom.ts";
import { bytes } from "../ui/format.ts";
import { type Artifacts, codeLine, type Markup, markupOf, type Piece } from "./markup.ts";
import type { Files, Images } from "./sections.ts";

/** Images in the Markdown of one run that are fetched; the rest are their descriptions. */
const MOST_LINKED_IMAGES = 50;

/** @param later - Receives functions that release memory in the end. */
export function filesOf(section: Files, carrier: Carrier, later: (stop: Stop) => void): HTMLElement {
  const shown = new Map<string, HTMLDetailsElement>();
  let linkedImages = 0;
  const artifacts: Artifacts = {
    opener(path) {
      const details = shown.get(path);
      return details ? () => { reveal(details); } : null;
    },
    image(path, described) {
      return shown.has(path) && linkedImages++ < MOST_LINKED_IMAGES ? linkedImage(section.run_id, path, described, carrier, later) : null;
    },
  };
  return h("div", { class: "nbt-files" }, ...section.files.map(([path, size]) => {
    const { el, details } = fileOf(section.run_id, path, size, carrier, later, artifacts);
    shown.set(path, details);
    return el;
  }));
}

function reveal(details: HTMLDetailsElement): void {
  details.open = true;
  details.querySelector("summary")?.focus();
  details.scrollIntoView({ block: "nearest" });
}

/** An image among the artifacts; its description until it is there, and where it is none. */
function linkedImage(run: string, path: string, described: string, carrier: Carrier, later: (stop: Stop) => void): HTMLElement {
  const el = h("span", {}, described);
  carrier.call("nbtrack/artifacts/preview", { run_id: run, path }).then(({ content, buffers }) => {
    const data = buffers[0] as DataView<ArrayBuffer> | undefined;
    if (content.show !== "image" || !data) return;
    const shown = image(data, String(content.type), described);
    later(shown.stop);
    el.replaceChildren(shown.element);
  }, () => undefined);
  return el;
}

function fileOf(
  run: string,
  path: string,
  size: number,
  carrier: Carrier,
  later: (stop: Stop) => void,
  artifacts: Artifacts,
): { el: HTMLElement; details: HTMLDetailsElement } {
  const body = h("div", { class: "nbt-preview" });
  const save = h("button", { type: "button", class: "nbt-button nbt-save", title: `Download ${path}`, "data-action": "download" }, "Download");
  const details = h(
    "details",
    {},
    h(
      "summary",
      { "data-action": "preview" },
      h("span", { class: "nbt-path nbt-ellipsis" }, path),
      h("span", { class: "nbt-size nbt-faint" }, bytes(size)),
    ),
    body,
  );
  save.addEventListener("click", () => {
    carrier.download(run, path).catch(showError(body));
  });
  details.addEventListener("toggle", () => {
    if (details.open && body.childElementCount === 0) void fill(body, run, path, carrier, later, artifacts);
  });
  return { el: h("div", { class: "nbt-file" }, details, save), details };
}

async function fill(body: HTMLElement, run: string, path: string, carrier: Carrier, later: (stop: Stop) => void, artifacts?: Artifacts): Promise<void> {
  try {
    const message = await carrier.call("nbtrack/artifacts/preview", { run_id: run, path });
    const shown = previewOf(message, path, carrier.frameAddress(run, path), artifacts);
    later(shown.stop);
    body.replaceChildren(shown.element);
  } catch (error) {
    showError(body)(error);
  }
}

function showError(body: HTMLElement): (error: unknown) => void {
  return (error) => {
    body.replaceChildren(h("div", { class: "nbt-faint" }, messageOf(error)));
  };
}

/** The same image of several runs, side by side. */
export function imagesOf({ images }: Images, carrier: Carrier, later: (stop: Stop) => void): HTMLElement {
  return h(
    "div",
    { class: "nbt-images" },
    ...images.map(([run, name, path]) => {
      const body = h("div");
      void fill(body, run, path, carrier, later);
      return h("figure", {}, body, h("figcaption", { class: "nbt-ellipsis", title: name }, name));
    }),
  );
}

const REFUSED = "No preview available";
const NO_SCRIPTS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

interface Shown {
  readonly element: HTMLElement;
  /** Release the memory that the page holds for it. */
  readonly stop: () => void;
}

function still(element: HTMLElement): Shown {
  return { element, stop: () => undefined };
}

/** @param address - Where a frame may load an HTML artifact, or null when it has to come out of the message. */
export function previewOf({ content, buffers }: Message, path: string, address: string | null, artifacts?: Artifacts): Shown {
  const data = buffers[0] as DataView<ArrayBuffer> | undefined;
  const { show, type, why, text } = content;
  if (show === "image" && data) return image(data, String(type), path);
  if (show === "page" && address !== null) return still(framed(address));
  if (show === "page" && data) return still(frame(new TextDecoder().decode(data)));
  if (show === "table") return still(table(content.heads as readonly string[], content.rows as readonly string[][]));
  if (show === "text") return still(h("pre", { class: "nbt-code" }, String(text)));
  if (show === "markdown") return still(h("div", { class: "nbt-markdown" }, ...markupOf(content.content as readonly Markup[], artifacts)));
  if (show === "code") return still(code(content.lines as readonly (readonly Piece[])[]));
  return still(h("div", { class: "nbt-faint" }, typeof why === "string" ? why : REFUSED));
}

function code(lines: readonly (readonly Piece[])[]): HTMLElement {
  return h("pre", { class: "nbt-code" }, ...lines.flatMap((line) => [...codeLine(line), "\n"]));
}

/** An image; a drawing in SVG runs and reaches nothing as one. */
function image(data: DataView<ArrayBuffer>, type: string, path: string): Shown {
  const address = URL.createObjectURL(new Blob([data], { type }));
  const element = h("img", { class: "nbt-picture", src: address, alt: path });
  return {
    element,
    stop() {
      URL.revokeObjectURL(address);
    },
  };
}

/** A page that its server sends with a policy that lets it do nothing. */
function framed(address: string): HTMLElement {
  return h("iframe", { class: "nbt-frame", sandbox: "", referrerpolicy: "no-referrer", title: "Preview", src: address });
}

/** A page of its own origin, without scripts and without a way to the network. */
function frame(text: string): HTMLElement {
  const policy = `<meta http-equiv="Content-Security-Policy" content="${NO_SCRIPTS}">`;
  const element = h("iframe", { class: "nbt-frame", sandbox: "", referrerpolicy: "no-referrer", title: "Preview" });
  // eslint-disable-next-line no-restricted-properties -- the frame is sandboxed, and its policy forbids scripts and requests
  element.srcdoc = policy + text;
  return element;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const cells = (texts: readonly string[], tag: "th" | "td"): HTMLElement =>
    h("tr", {}, ...texts.map((text) => h(tag, {}, text)));
  return h(
    "div",
    { class: "nbt-wide" },
    h(
      "table",
      { class: "nbt-plain" },
      h("thead", {}, cells(heads, "th")),
      h("tbody", {}, ...rows.map((row) => cells(row, "td"))),
    ),
  );
}
