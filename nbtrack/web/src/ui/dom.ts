// Elements out of plain data, files that the browser saves, and keys that belong to a panel. Strings become text nodes;
// there is no way to pass HTML.

import type { Message, Stop } from "../carrier/carrier.ts";
import { stopAll } from "./panel.ts";

export type Child = Node | string | null;

export interface Attributes {
  readonly [name: `on${string}`]: never;
  readonly [name: string]: string | number | boolean | null;
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/** Set attributes; true gives an empty one, false and null take it away. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for drawings. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  setAttributes(element, attributes);
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/** A 12 by 12 drawing in the colour of the text, hidden from screen readers. */
export function icon(path: string, filled = false): SVGSVGElement {
  const shape = s("path", {
    d: path,
    fill: filled ? "currentColor" : "none",
    stroke: filled ? "none" : "currentColor",
    "stroke-width": 1.6,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  });
  return s("svg", { viewBox: "0 0 12 12", class: "nbt-icon", "aria-hidden": "true" }, shape);
}

export type Listener<E extends Event> = (event: E) => void;

/** Listen, and return what stops listening. */
export function listen<K extends keyof HTMLElementEventMap>(
  target: HTMLElement,
  type: K,
  handler: Listener<HTMLElementEventMap[K]>,
  options?: AddEventListenerOptions,
): () => void {
  target.addEventListener(type, handler, options);
  return () => {
    target.removeEventListener(type, handler, options);
  };
}

let made = 0;

/** An id that no other element of the page has. */
export function freshId(stem: string): string {
  return `nbt-${stem}-${++made}-${Math.random().toString(36).slice(2, 7)}`;
}

export function download(name: string, data: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([data], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** Save the file that an endpoint has answered with. */
export function saveFile({ content, buffers }: Message): void {
  const [data] = buffers;
  if (data) download(String(content.name), data as DataView<ArrayBuffer>, String(content.type));
}

const KEY_EVENTS = ["keydown", "keypress", "keyup"] as const;
const SUPPRESS = "data-lm-suppress-shortcuts";

function suppressShortcuts(target: EventTarget | null): void {
  if (target instanceof Element) target.setAttribute(SUPPRESS, "true");
}

/**
 * Keep keys from shortcuts of the notebook.
 *
 * Jupyter handles keys before the page does and climbs from the focused element to the first one with
 * the attribute; its command mode matches the focused element itself, so that one must have it too.
 */
export function keepKeys(root: HTMLElement): Stop {
  suppressShortcuts(root);
  return stopAll([
    listen(root, "focusin", (event) => {
      suppressShortcuts(event.target);
    }),
    ...KEY_EVENTS.map((type) =>
      listen(root, type, (event) => {
        event.stopPropagation();
      }),
    ),
  ]);
}
