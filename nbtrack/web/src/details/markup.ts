// Markdown and code that the other side has read: a tree of elements, of which only known ones are made, and pieces of
// code in their colours.

import { type Attributes, h } from "../ui/dom.ts";

/** An element, its attributes, and what is in it. */
export type Markup = string | readonly [name: string, attributes: Readonly<Record<string, unknown>>, children: readonly Markup[]];
/** The kind of a piece of code, and its text. */
export type Piece = readonly [kind: string, text: string];

const NAMES = [
  "a", "blockquote", "br", "code", "em", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
] as const;
type Name = (typeof NAMES)[number];
const KINDS = new Set(["builtin", "comment", "keyword", "name", "number", "string"]);
const WEB = /^https?:\/\//i;
const ALIGNED = new Set(["left", "center", "right"]);

/** The artifacts that Markdown may lead to; null for a path that is none of them. */
export interface Artifacts {
  opener(path: string): (() => void) | null;
  image(path: string, described: string): HTMLElement | null;
}

const NO_ARTIFACTS: Artifacts = { opener: () => null, image: () => null };

/** Elements and text; what is not known becomes text. */
export function markupOf(nodes: readonly Markup[], artifacts: Artifacts = NO_ARTIFACTS): readonly (Node | string)[] {
  return nodes.map((node) => {
    if (typeof node === "string") return node;
    const [name, attributes, children] = node;
    const { artifact, alt } = attributes;
    if (typeof artifact === "string") return artifactOf(artifact, typeof alt === "string" ? alt : "", markupOf(children, artifacts), name === "img", artifacts);
    const known = NAMES.find((each): each is Name => each === name) ?? "span";
    return h(known, attributesOf(known, attributes), ...markupOf(children, artifacts));
  });
}

/** An image, or a button that opens the preview of a file; the text of it where there is no such artifact. */
function artifactOf(path: string, described: string, children: readonly (Node | string)[], isImage: boolean, artifacts: Artifacts): Node {
  if (isImage) return artifacts.image(path, described) ?? document.createTextNode(described);
  const open = artifacts.opener(path);
  if (open === null) return h("span", {}, ...children);
  const link = h("button", { type: "button", class: "nbt-link", title: `Show ${path}`, "data-action": "show-artifact" }, ...children);
  link.addEventListener("click", open);
  return link;
}

function attributesOf(name: Name, { href, start, align, class: kind }: Readonly<Record<string, unknown>>): Attributes {
  if (name === "a") return WEB.test(String(href)) ? { href: String(href), target: "_blank", rel: "noopener noreferrer" } : {};
  if (name === "ol" && Number.isInteger(Number(start ?? "-"))) return { start: Number(start) };
  if (ALIGNED.has(String(align))) return { align: String(align) };
  return KINDS.has(String(kind)) ? { class: `nbt-is-${String(kind)}` } : {};
}

export function codeLine(pieces: readonly Piece[]): readonly (Node | string)[] {
  return pieces.map(([kind, text]) => (KINDS.has(kind) ? h("span", { class: `nbt-is-${kind}` }, text) : text));
}
