// The width of text in the fonts of the panel.

import type { Measure } from "./columns.ts";

let canvas: CanvasRenderingContext2D | null = null;

/** Measure in the font that an element has at the time. */
export function measureIn(element: () => Element): Measure {
  return (text) => {
    canvas ??= document.createElement("canvas").getContext("2d");
    if (!canvas) return text.length * 8;
    const font = fontOf(element());
    if (canvas.font !== font) canvas.font = font;
    return canvas.measureText(text).width;
  };
}

const fonts = new WeakMap<Element, string>();

function fontOf(element: Element): string {
  const known = fonts.get(element);
  if (known !== undefined) return known;
  if (!element.isConnected) return pageFont(element.ownerDocument);
  const style = getComputedStyle(element);
  const font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  fonts.set(element, font);
  return font;
}

/** What an element will be written in, once it is on the page. */
function pageFont({ body }: Document): string {
  const style = getComputedStyle(body);
  const size = style.getPropertyValue("--jp-ui-font-size1").trim() || "13px";
  const family = style.getPropertyValue("--jp-ui-font-family").trim() || "system-ui, sans-serif";
  return `400 ${size} ${family}`;
}
