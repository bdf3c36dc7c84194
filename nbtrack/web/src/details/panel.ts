// The details of a run, or of several side by side: a title, and sections one below the other.

import { type Json, messageOf, onChange, type Stop } from "../carrier/carrier.ts";
import { h, keepKeys, listen, saveFile, setText } from "../ui/dom.ts";
import { type Host, kernelNotice, stopAll } from "../ui/panel.ts";
import { colourOf, followTheme, type Theme } from "../ui/theme.ts";
import { filesOf, imagesOf } from "./files.ts";
import { RowTable } from "./rowTable.ts";
import { codeOf, type DetailsState, gridOf, type Note, type Section, valuesOf } from "./sections.ts";

const NOTE_RESTS = 800;
const NOTE = "mlflow.note.content";

export class DetailsPanel {
  readonly #host: Host<DetailsState>;
  readonly #root = h("div", { class: "nbtrack nbt-details" });
  readonly #body = h("div", { class: "nbt-sections" });
  readonly #only = h("input", { type: "checkbox" });
  readonly #onlyLabel = h("label", { class: "nbt-only" }, this.#only, "Differences only");
  readonly #stops: Stop[] = [];
  #theme: Theme = "light";
  #shown: Stop[] = [];

  readonly #isShown: (section: Section) => boolean;

  /** @param isShown - Leaves out sections that the host shows itself. */
  constructor(host: Host<DetailsState>, isShown: (section: Section) => boolean = () => true) {
    this.#host = host;
    this.#isShown = isShown;
    const { el, state, carrier } = host;
    const title = h("h3", { class: "nbt-heading nbt-ellipsis" }, state.get("title"));
    const exports = state.get("exports").map((kind) => this.#exporter(kind));
    const notice = kernelNotice(this.#root, carrier, (gone) => {
      for (const button of exports) button.disabled = gone;
    });
    const closing = state.get("can_close") ? [this.#closeButton()] : [];
    this.#root.append(h("div", { class: "nbt-toolbar" }, title, notice.el, this.#onlyLabel, h("span", { class: "nbt-exports" }, ...exports), ...closing), this.#body);
    this.#stops.push(
      notice.stop,
      followTheme(this.#root, this.#setTheme),
      keepKeys(this.#root),
      listen(this.#only, "change", this.#draw),
      listen(this.#body, "scroll", this.#scrolled, { capture: true, passive: true }),
      state.on("sections", this.#draw),
      onChange(carrier, this.load),
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
    if (!carrier.sharesState) this.load();
  }

  /** What was opened in another panel is scrolled to. */
  #closeButton(): HTMLElement {
    const button = h("button", { type: "button", class: "nbt-button nbt-quiet", "aria-label": "Close", title: "Close" }, "×");
    button.addEventListener("click", () => {
      this.#host.carrier.call("kernel/close-panel", {}).catch(() => {
        this.stop();
      });
    });
    requestAnimationFrame(() => {
      this.#root.scrollIntoView({ block: "start", behavior: "instant" });
    });
    return button;
  }

  /** Ask for the details again. */
  load = (): void => {
    this.#load().catch((error: unknown) => {
      if (this.#body.childElementCount === 0) this.#body.append(h("div", { class: "nbt-nothing" }, messageOf(error)));
    });
  };

  async #load(): Promise<void> {
    const { carrier, state } = this.#host;
    const [run_id = "", ...others] = state.get("runs");
    const { content } =
      others.length > 0
        ? await carrier.call("nbtrack/runs/comparison", { run_ids: [run_id, ...others] })
        : await carrier.call("nbtrack/runs/details", { run_id });
    const title = others.length > 0 ? String(content.title) : state.get("title");
    state.put({ title, run: (content.run ?? null) as Json | null, ...(this.#isInUse ? {} : { sections: content.sections as readonly Section[] }) });
  }

  /** A note that is being written, or an artifact that is looked at, is not drawn anew. */
  get #isInUse(): boolean {
    return this.#root.contains(document.activeElement) || this.#body.querySelector("details[open]") !== null;
  }

  stop: Stop = () => {
    stopAll(this.#stops)();
    this.#root.remove();
  };

  #draw = (): void => {
    stopAll(this.#shown)();
    this.#shown = [];
    const sections = this.#host.state.get("sections").filter(this.#isShown);
    this.#onlyLabel.hidden = !sections.some((section) => section.kind === "grid");
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
    const { carrier } = this.#host;
    const later = (stop: Stop): void => {
      this.#shown.push(stop);
    };
    switch (section.kind) {
      case "values":
        return valuesOf(section);
      case "grid":
        return gridOf(section, this.#theme, this.#only.checked);
      case "code":
        return codeOf(section);
      case "files":
        return filesOf(section, carrier, later);
      case "images":
        return imagesOf(section, carrier, later);
      case "rows":
        return new RowTable(section, carrier, this.#theme).el;
    }
  }

  /** The note is written where it is read, and kept when the writing rests. */
  #note({ text }: Note): HTMLElement {
    const box = h("textarea", { class: "nbt-input", rows: 1, "aria-label": "Note", placeholder: "Add a note…", "data-action": "write-note" });
    const status = h("span", { class: "nbt-faint nbt-saved", role: "status" });
    box.value = text;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const save = (): void => {
      clearTimeout(timer);
      const { carrier, state } = this.#host;
      const [run_id] = state.get("runs");
      carrier.call("mlflow/runs/set-tag", { run_id, key: NOTE, value: box.value }).then(
        () => {
          setText(status, "Saved");
        },
        (error: unknown) => {
          setText(status, messageOf(error));
        },
      );
    };
    box.addEventListener("input", () => {
      setText(status, "");
      clearTimeout(timer);
      timer = setTimeout(save, NOTE_RESTS);
    });
    this.#shown.push(() => {
      clearTimeout(timer);
    });
    return h("section", { class: "nbt-section nbt-is-note" }, box, status);
  }

  #exporter(kind: string): HTMLButtonElement {
    const button = h("button", { type: "button", class: "nbt-button", title: `Download as ${kind}`, "data-action": "export-comparison" }, kind);
    button.addEventListener("click", () => {
      const { carrier, state } = this.#host;
      void carrier.call("nbtrack/runs/comparison/export", { run_ids: state.get("runs"), kind }).then(saveFile);
    });
    return button;
  }

  #setTheme = (theme: Theme): void => {
    this.#theme = theme;
    for (const dot of this.#root.querySelectorAll<HTMLElement>(".nbt-dot[data-run]")) {
      dot.style.backgroundColor = colourOf(dot.dataset.run ?? "", theme);
    }
  };
}
