// Hides the static sibling that a panel leaves in the saved notebook, while the panel is alive.

import type { Stop } from "./source.ts";

const UID = /^[0-9a-f]+$/;

/** The rule that hides the sibling and its output area, or null for what is no uid. */
export function hidingRule(uid: string): string | null {
  if (!UID.test(uid)) return null;
  const sibling = `[data-nbtrack-static="${uid}"]`;
  return `${sibling}, .jp-OutputArea-child:has(${sibling}) { display: none !important; }`;
}

export function hideStatic(uid: string, document: Document): Stop {
  const rule = hidingRule(uid);
  if (rule === null) return () => undefined;
  const style = document.createElement("style");
  style.textContent = rule;
  document.head.append(style);
  return () => {
    style.remove();
  };
}
