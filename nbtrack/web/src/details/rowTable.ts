// The rows of sweeps: a table that its headings sort, and the way to all of its rows as a file.

import { type Carrier, messageOf } from "../carrier/carrier.ts";
import { h, saveFile, setAttributes, setText } from "../ui/dom.ts";
import { aligned, asNumber, count, type NumberStyle, numberStyle } from "../ui/format.ts";
import { colourOf, type Theme } from "../ui/theme.ts";
import type { RowCell, RowColumn, Rows } from "./sections.ts";

interface Order {
  readonly column: number;
  readonly order: "asc" | "desc";
}

export class RowTable {
  readonly el: HTMLElement;
  readonly #carrier: Carrier;
  readonly #theme: Theme;
  readonly #table = h("table", { class: "nbt-sweep" });
  readonly #failure = h("span", { role: "status" });
  #section: Rows;
  #sorted: Order | null = null;

  constructor(section: Rows, carrier: Carrier, theme: Theme) {
    this.#section = section;
    this.#carrier = carrier;
    this.#theme = theme;
    this.el = h("div", {}, h("div", { class: "nbt-wide" }, this.#table), this.#foot());
    this.#draw();
  }

  #draw(): void {
    const { columns, rows } = this.#section;
    const styles = columns.map((column, i) => styleOf(column, rows.map((row) => row[i] ?? null)));
    this.#table.replaceChildren(
      h("thead", {}, h("tr", {}, ...columns.map((column, i) => this.#heading(column, i)))),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, ...columns.map((_, i) => cellOf(row[i] ?? null, styles[i] ?? null))))),
    );
  }

  #heading({ label, run_id, run_name, kind }: RowColumn, place: number): HTMLElement {
    const order = this.#sorted?.column === place ? this.#sorted.order : null;
    const dot = h("span", { class: "nbt-dot", "data-run": run_id, "aria-hidden": "true" });
    dot.style.backgroundColor = colourOf(run_id, this.#theme);
    const button = h(
      "button",
      { type: "button", class: "nbt-sorts", title: `Sort by ${[label, run_name].join(" ").trim()}`, "data-action": "sort-rows" },
      run_id === "" ? null : dot,
      h("span", {}, label),
      run_name === "" ? null : h("span", { class: "nbt-faint" }, run_name),
      h("span", { class: "nbt-arrow", "aria-hidden": "true" }, order === null ? "" : order === "asc" ? "↑" : "↓"),
    );
    button.addEventListener("click", () => {
      this.#sort(place, kind).catch(this.#failed);
    });
    const head = h("th", { scope: "col", class: `nbt-${kind}` }, button);
    setAttributes(head, { "aria-sort": order === null ? "none" : order === "asc" ? "ascending" : "descending" });
    return head;
  }

  /** Numbers begin with the largest; a second click turns the order round. */
  async #sort(column: number, kind: RowColumn["kind"]): Promise<void> {
    const before = this.#sorted?.column === column ? this.#sorted.order : null;
    const order = before === null ? (kind === "number" ? "desc" : "asc") : before === "asc" ? "desc" : "asc";
    const sorted = { column, order } as const;
    const { content } = await this.#carrier.call("nbtrack/runs/rows", { run_ids: this.#section.runs, ...sorted });
    setText(this.#failure, "");
    this.#sorted = sorted;
    this.#section = content as unknown as Rows;
    this.#draw();
    this.#table.querySelectorAll("button")[column]?.focus();
  }

  #foot(): HTMLElement {
    const { rows, total, runs } = this.#section;
    const hidden = total - rows.length;
    const save = h("button", { type: "button", class: "nbt-button nbt-quiet", title: "Download all rows as CSV", "data-action": "export-rows" }, "Download .csv");
    save.addEventListener("click", () => {
      void this.#carrier.call("nbtrack/runs/rows/export", { run_ids: runs, ...this.#sorted }).then(saveFile).catch(this.#failed);
    });
    return h("div", { class: "nbt-sweep-foot nbt-faint" }, hidden > 0 ? `${count(hidden)} more ·` : null, save, this.#failure);
  }

  #failed = (error: unknown): void => {
    setText(this.#failure, messageOf(error));
  };
}

/** How the numbers of a column are written; null for text. */
function styleOf({ kind }: RowColumn, cells: readonly RowCell[]): NumberStyle | null {
  return kind === "number" ? numberStyle(cells.flatMap((cell) => asNumber(cell) ?? [])) : null;
}

function cellOf(cell: RowCell, style: NumberStyle | null): HTMLElement {
  const value = style && asNumber(cell);
  if (!style || value === null) return h("td", { class: style ? "nbt-number" : "", title: String(cell ?? "") }, cell === null ? "–" : String(cell));
  const { text, pad } = aligned(value, style);
  return h("td", { class: "nbt-number", title: String(cell) }, text, h("span", { class: "nbt-pad", "aria-hidden": "true" }, pad));
}
