// The details of a run, or of several side by side: a title, and sections one below the other.

import { type Endpoint, type Json, messageOf, onChange, type Stop } from "../carrier/carrier.ts";
import { h, keepKeys, listen, saveFile, setText } from "../ui/dom.ts";
import { type Host, kernelNotice, stopAll } from "../ui/panel.ts";
import { colourOf, followTheme, type Theme } from "../ui/theme.ts";
import { filesOf, imagesOf } from "./files.ts";
import { RowTable } from "./rowTable.ts";
import { NoteSection } from "./note.ts";
import { codeOf, type DetailsState, gridOf, partOf, runsOf, type Section, stateOf, valuesOf } from "./sections.ts";
import { TagEditor } from "./tags.ts";

const NOTE = "mlflow.note.content";

export class DetailsPanel {
  readonly #host: Host<DetailsState>;
  readonly #root = h("div", { class: "nbtrack nbt-details" });
  readonly #body = h("div", { class: "nbt-sections" });
  readonly #only = h("input", { type: "checkbox" });
  readonly #onlyLabel = h("label", { class: "nbt-only" }, this.#only, "Differences only");
  readonly #stops: Stop[] = [];
  readonly #note: NoteSection;
  readonly #tags: TagEditor;
  #theme: Theme = "light";
  #shown: Stop[] = [];

  constructor(host: Host<DetailsState>) {
    this.#host = host;
    this.#note = new NoteSection((value) => this.#call("mlflow/runs/set-tag", { key: NOTE, value }), this.load);
    this.#tags = new TagEditor({
      set: (key, value) => this.#call("mlflow/runs/set-tag", { key, value }).then(this.load),
      remove: (key) => this.#call("mlflow/runs/delete-tag", { key }).then(this.load),
    });
    const { el, state, carrier } = host;
    const title = h("h3", { class: "nbt-heading nbt-ellipsis" }, state.get("title"));
    const exports = state.get("exports").map((kind) => this.#exporter(kind));
    const notice = kernelNotice(this.#root, carrier, (gone) => {
      for (const button of exports) button.disabled = gone;
    });
    const closing = state.get("can_close") ? [this.#closeButton()] : [];
    const head = state.get("part") === "below" || title.textContent === "" ? "nbt-toolbar nbt-untitled" : "nbt-toolbar";
    this.#root.append(h("div", { class: head }, title, notice.el, this.#onlyLabel, h("span", { class: "nbt-exports" }, ...exports), ...closing), this.#body);
    this.#stops.push(
      notice.stop,
      this.#note.stop,
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
    const sections = content.sections as readonly Section[];
    for (const section of sections) this.#renew(section);
    state.put({ title, run: (content.run ?? null) as Json | null, ...(this.#isInUse ? {} : { sections }) });
  }

  async #call(endpoint: Endpoint, args: object): Promise<void> {
    const { carrier, state } = this.#host;
    const [run_id] = state.get("runs");
    await carrier.call(endpoint, { run_id, ...args });
  }

  /** What is edited here is up to date also where the rest is not drawn anew. */
  #renew(section: Section): void {
    if (section.kind === "note") this.#note.show(section);
    if (section.kind === "tags") this.#tags.show(section.rows);
  }

  /** While a note is written, or an artifact is looked at, nothing else is drawn anew. */
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
    const { state } = this.#host;
    const sections = partOf(state.get("sections"), state.get("part"));
    this.#onlyLabel.hidden = !sections.some((section) => section.kind === "grid");
    this.#body.replaceChildren(...sections.map((section) => this.#section(section)));
  };

  /** All that stands side by side scrolls as one. */
  #scrolled = ({ target }: Event): void => {
    if (!(target instanceof Element) || !target.matches(".nbt-wide:has(.nbt-sides)")) return;
    const { scrollLeft } = target;
    for (const each of this.#body.querySelectorAll(".nbt-wide:has(.nbt-sides)")) each.scrollLeft = scrollLeft;
  };

  #section(section: Section): HTMLElement | string {
    this.#renew(section);
    if (section.kind === "charts") return "";
    if (section.kind === "note") return this.#note.el;
    if (section.kind === "state") return h("section", { class: "nbt-section" }, stateOf(section));
    const title = h("h4", { class: "nbt-section-title" }, section.title);
    return h("section", { class: `nbt-section nbt-is-${section.kind}` }, title, this.#content(section));
  }

  #content(section: Exclude<Section, { kind: "charts" | "note" | "state" }>): HTMLElement {
    const { carrier } = this.#host;
    const later = (stop: Stop): void => {
      this.#shown.push(stop);
    };
    switch (section.kind) {
      case "values":
        return valuesOf(section);
      case "grid":
        return gridOf(section, this.#host, this.#theme, this.#only.checked);
      case "code":
        return codeOf(section);
      case "runs":
        return runsOf(section, this.#host, this.#theme);
      case "tags":
        return this.#tags.el;
      case "files":
        return filesOf(section, carrier, later);
      case "images":
        return imagesOf(section, carrier, later);
      case "rows":
        return new RowTable(section, carrier, this.#theme).el;
    }
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
