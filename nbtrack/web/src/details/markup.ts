// Markdown and code that the other side has read: a tree of elements, of which only known ones are made, and pieces of
// code in their colours.

import { type Attributes, h } from "../ui/dom.ts";

/** An element, its attributes, and what is in it. */
export type Markup = string | readonly [name: string, attributes: Readonly<Record<string, unknown>>, children: readonly Markup[]];
/** What a stretch of code is, and its text. */
export type Piece = readonly [kind: string, text: string];

const NAMES = [
  "a", "blockquote", "br", "code", "em", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
] as const;
type Name = (typeof NAMES)[number];
const KINDS = new Set(["builtin", "comment", "keyword", "name", "number", "string"]);
const WEB = /^https?:\/\//i;
const ALIGNED = new Set(["left", "center", "right"]);

/** Elements and text; what is not known becomes text. */
export function markupOf(nodes: readonly Markup[]): readonly (Node | string)[] {
  return nodes.map((node) => {
    if (typeof node === "string") return node;
    const [name, attributes, children] = node;
    const known = NAMES.find((each): each is Name => each === name) ?? "span";
    return h(known, attributesOf(known, attributes), ...markupOf(children));
  });
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
