// The sheet: a title, and its sections one below the other.

import { colourOf } from "../colour.ts";
import { download } from "../download.ts";
import { h, listen, setText } from "../dom.ts";
import { keepKeys } from "../keys.ts";
import { kernelNotice } from "../notice.ts";
import { type Host, stopAll } from "../panel.ts";
import type { Stop } from "../source.ts";
import { followTheme, type Theme } from "../theme.ts";
import { filesOf, picturesOf } from "./files.ts";
import { codeOf, factsOf, gridOf } from "./sections.ts";
import type { Note, Section, SheetState } from "./types.ts";

const NOTE_RESTS = 800;

export class SheetPanel {
  readonly #host: Host<SheetState>;
  readonly #root = h("div", { class: "nbtrack nbt-sheet" });
  readonly #body = h("div", { class: "nbt-sections" });
  readonly #only = h("input", { type: "checkbox" });
  readonly #stops: Stop[] = [];
  #theme: Theme = "light";
  #shown: Stop[] = [];

  constructor(host: Host<SheetState>) {
    this.#host = host;
    const { el, state, source } = host;
    const title = h("h3", { class: "nbt-heading nbt-ellipsis" }, state.get("title"));
    const exports = state.get("exports").map((kind) => this.#exporter(kind));
    const notice = kernelNotice(this.#root, source, (gone) => {
      for (const button of exports) button.disabled = gone;
    });
    const hasGrids = state.get("sections").some((section) => section.kind === "grid");
    const only = hasGrids ? h("label", { class: "nbt-only" }, this.#only, "only what differs") : null;
    this.#root.append(h("div", { class: "nbt-toolbar" }, title, notice.el, only, h("span", { class: "nbt-exports" }, ...exports)), this.#body);
    this.#stops.push(
      notice.stop,
      followTheme(this.#root, this.#themeCame),
      keepKeys(this.#root),
      listen(this.#only, "change", this.#draw),
      listen(this.#body, "scroll", this.#scrolled, { capture: true, passive: true }),
      state.on("sections", this.#draw),
      state.on("title", () => {
        setText(title, state.get("title"));
      }),
      () => {
        stopAll(this.#shown)();
      },
    );
    el.classList.add("nbtrack-host");
    el.append(this.#root);
    this.#draw();
  }

  stop: Stop = () => {
    stopAll(this.#stops)();
    this.#root.remove();
  };

  #draw = (): void => {
    stopAll(this.#shown)();
    this.#shown = [];
    const sections = this.#host.state.get("sections");
    this.#body.replaceChildren(...sections.map((section) => this.#section(section)));
  };

  /** All that stands side by side scrolls as one. */
  #scrolled = ({ target }: Event): void => {
    if (!(target instanceof Element) || !target.matches(".nbt-wide:has(.nbt-sides)")) return;
    const { scrollLeft } = target;
    for (const each of this.#body.querySelectorAll(".nbt-wide:has(.nbt-sides)")) each.scrollLeft = scrollLeft;
  };

  #section(section: Section): HTMLElement {
    if (section.kind === "note") return this.#note(section);
    const title = h("h4", { class: "nbt-section-title" }, section.title);
    return h("section", { class: `nbt-section nbt-is-${section.kind}` }, title, this.#content(section));
  }

  #content(section: Exclude<Section, Note>): HTMLElement {
    const { source } = this.#host;
    const later = (stop: Stop): void => {
      this.#shown.push(stop);
    };
    switch (section.kind) {
      case "facts":
        return factsOf(section);
      case "grid":
        return gridOf(section, this.#theme, this.#only.checked);
      case "code":
        return codeOf(section);
      case "files":
        return filesOf(section, source, later);
      case "pictures":
        return picturesOf(section, source, later);
    }
  }

  /** The note is written where it is read, and kept when the writing rests. */
  #note({ text }: Note): HTMLElement {
    const box = h("textarea", { class: "nbt-input", rows: 1, "aria-label": "Note", placeholder: "Write a note", "data-action": "write-note" });
    const said = h("span", { class: "nbt-faint nbt-saved", role: "status" });
    box.value = text;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const save = (): void => {
      clearTimeout(timer);
      this.#host.source.request("note", { text: box.value }).then(
        () => {
          setText(said, "saved");
        },
        (error: unknown) => {
          setText(said, error instanceof Error ? error.message : "not saved");
        },
      );
    };
    box.addEventListener("input", () => {
      setText(said, "");
      clearTimeout(timer);
      timer = setTimeout(save, NOTE_RESTS);
    });
    this.#shown.push(() => {
      clearTimeout(timer);
    });
    return h("section", { class: "nbt-section nbt-is-note" }, box, said);
  }

  #exporter(kind: string): HTMLButtonElement {
    const button = h("button", { type: "button", class: "nbt-button", title: `Download as ${kind}`, "data-action": "export-comparison" }, kind);
    button.addEventListener("click", () => {
      void this.#host.source.request("export", { as: kind }).then(({ content, buffers }) => {
        const [data] = buffers;
        if (data) download(String(content.name), data as DataView<ArrayBuffer>, "text/plain");
      });
    });
    return button;
  }

  #themeCame = (theme: Theme): void => {
    this.#theme = theme;
    for (const dot of this.#root.querySelectorAll<HTMLElement>(".nbt-dot[data-run]")) {
      dot.style.backgroundColor = colourOf(dot.dataset.run ?? "", theme);
    }
  };
}
