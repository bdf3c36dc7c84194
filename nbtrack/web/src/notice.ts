// One quiet line when the kernel, or the server, does not answer.

import { h, listen, setText } from "./dom.ts";
import { stopAll } from "./panel.ts";
import type { Liveness, Source, Stop } from "./source.ts";

function words(liveness: Liveness, { who = "Kernel", remark = "" }: Source): string {
  return liveness === "live" ? remark : `${who} ${liveness}: showing the last data`;
}

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
    const said = words(liveness, source);
    setText(el, said);
    el.title = said;
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
