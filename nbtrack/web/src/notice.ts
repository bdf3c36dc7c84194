// One quiet line when the kernel does not answer.

import { h, listen, setText } from "./dom.ts";
import { stopAll } from "./panel.ts";
import type { Liveness, Source, Stop } from "./source.ts";

const WORDS: Readonly<Record<Liveness, string>> = {
  live: "",
  busy: "Kernel busy: showing the last data",
  gone: "Kernel gone: showing the last data",
};

export interface Notice {
  readonly el: HTMLElement;
  readonly stop: Stop;
}

/** Show the source's state; `gone` hears whether controls that need the kernel can work. */
export function kernelNotice(
  root: HTMLElement,
  source: Source,
  gone: (isGone: boolean) => void,
): Notice {
  const el = h("span", { class: "nbt-notice", role: "status" });
  const show = (liveness: Liveness): void => {
    setText(el, WORDS[liveness]);
    el.title = WORDS[liveness];
    root.dataset.nbtKernel = liveness;
    gone(liveness === "gone");
  };
  const check = (): void => {
    source.check();
  };
  const stop = stopAll([
    source.onLiveness(show),
    listen(root, "pointerenter", check),
    listen(root, "focusin", check),
  ]);
  show(source.liveness);
  return { el, stop };
}
