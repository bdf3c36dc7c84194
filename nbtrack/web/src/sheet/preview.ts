// The head of an artifact: text, a table, an image, or a page in a frame that may do nothing.

import { h } from "../dom.ts";
import type { Message } from "../source.ts";

const REFUSED = "This can't be shown here";
const NO_SCRIPTS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

interface Shown {
  readonly element: HTMLElement;
  /** Let go of what the page holds for it. */
  readonly stop: () => void;
}

function still(element: HTMLElement): Shown {
  return { element, stop: () => undefined };
}

export function previewOf({ content, buffers }: Message, path: string): Shown {
  const data = buffers[0] as DataView<ArrayBuffer> | undefined;
  const { show, type, why, text, address } = content;
  if (show === "image" && data) return image(data, String(type), path);
  if (show === "page" && typeof address === "string") return still(framed(address));
  if (show === "page" && data) return still(frame(new TextDecoder().decode(data)));
  if (show === "table") return still(table(content.heads as readonly string[], content.rows as readonly string[][]));
  if (show === "text") return still(h("pre", { class: "nbt-code" }, String(text)));
  return still(h("div", { class: "nbt-faint" }, typeof why === "string" ? why : REFUSED));
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
