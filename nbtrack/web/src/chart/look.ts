// Colours and fonts of the canvas, read from the page's style sheet.

export interface Look {
  readonly text: string;
  readonly line: string;
  readonly background: string;
  readonly font: string;
}

export function lookOf(root: HTMLElement): Look {
  const style = getComputedStyle(root);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: read("--nbt-dim"),
    line: read("--nbt-line"),
    background: read("--nbt-bg"),
    font: `11px ${style.fontFamily}`,
  };
}
