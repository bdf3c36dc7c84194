// The menu of saved views: what the table shows and how the chart is set up, stored under a name with the experiment.

import { type Carrier, type Endpoint, messageOf, type Stop } from "../carrier/carrier.ts";
import { freshId, h, listen, setText } from "../ui/dom.ts";
import { type State, stopAll } from "../ui/panel.ts";
import { button, field, onEnter, Popover, typed } from "../ui/popover.ts";
import type { TableState } from "./types.ts";
import { applyView, home, isView, type SavedView, type Views, viewOf } from "./views.ts";

export class ViewMenu {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #state: State<TableState>;
  readonly #carrier: Carrier;
  readonly #popover: Popover;
  readonly #label = h("span", { class: "nbt-ellipsis" }, "Views");
  readonly #list = h("div", { class: "nbt-choices", role: "radiogroup", "aria-label": "View" });
  readonly #name = field("View name");
  readonly #default = h("input", { type: "checkbox", "data-action": "default-view" });
  readonly #save = button("Save view", "Save what the table and the chart show under this name");
  readonly #rename = button("Rename", "Rename the chosen view");
  readonly #delete = button("Delete", "Delete the chosen view");
  readonly #undo = button("Undo", "Restore the deleted view");
  readonly #status = h("div", { class: "nbt-said", role: "status" });
  #views: Views = { views: [], default: "" };
  #current = "";
  #deleted: SavedView | null = null;

  constructor(state: State<TableState>, carrier: Carrier) {
    this.#state = state;
    this.#carrier = carrier;
    this.#undo.hidden = true;
    const isDefault = h("label", { class: "nbt-choice" }, this.#default, "Default view");
    const acts = h("div", { class: "nbt-acts" }, this.#save, this.#rename, this.#delete, this.#undo);
    const options = { name: "Views", title: "Show, save, rename or delete a view of this table", label: this.#label };
    this.#popover = new Popover(options, [this.#list, isDefault, h("hr"), this.#name, acts, this.#status], () => void this.#read());
    this.#popover.el.classList.add("nbt-views");
    this.el = this.#popover.el;
    this.stop = stopAll([
      this.#popover.stop,
      onEnter(this.#name, () => void this.#saved()),
      listen(this.#save, "click", () => void this.#saved()),
      listen(this.#rename, "click", () => void this.#renamed()),
      listen(this.#delete, "click", () => void this.#removed()),
      listen(this.#undo, "click", () => void this.#restored()),
      listen(this.#default, "change", () => void this.#madeDefault()),
    ]);
  }

  enable(enabled: boolean): void {
    this.#popover.enable(enabled);
  }

  /** Show the view that the experiment begins with, if it has one. */
  async showDefault(): Promise<void> {
    await this.#ask("nbtrack/views/list", {}, "").catch(() => null);
    const found = this.#views.views.find(({ name }) => name === this.#views.default);
    if (found) this.#choose(found);
  }

  /** Say on the button which view is shown, and whether anything was changed in it. */
  show(): void {
    const found = this.#views.views.find(({ name }) => name === this.#current);
    const changed = found && !isView(this.#state, found.view) ? " · changed" : "";
    setText(this.#label, found ? `${found.name}${changed}` : "Views");
    this.#rename.disabled = this.#delete.disabled = this.#default.disabled = !found;
    this.#default.checked = found?.name === this.#views.default;
  }

  async #read(): Promise<void> {
    await this.#ask("nbtrack/views/list", {}, "");
    this.#popover.place();
  }

  #fill(): void {
    const group = freshId("view");
    this.#list.replaceChildren(
      ...this.#views.views.map((each) => {
        const radio = h("input", { type: "radio", name: group, value: each.name });
        radio.checked = each.name === this.#current;
        radio.addEventListener("click", () => {
          this.#choose(each);
        });
        const mark = each.name === this.#views.default ? h("span", { class: "nbt-faint" }, "default") : null;
        return h("label", { class: "nbt-choice", title: each.name }, radio, h("span", { class: "nbt-ellipsis" }, each.name), mark);
      }),
    );
    if (this.#views.views.length === 0) this.#list.append(h("div", { class: "nbt-faint" }, "No saved views yet"));
    this.show();
  }

  #choose({ name, view }: SavedView): void {
    this.#current = this.#name.value = name;
    applyView(this.#state, view);
    this.show();
  }

  /** Send a request, show the resulting views, and report the result; false when it was refused. */
  async #ask(endpoint: Endpoint, args: object, said: string): Promise<boolean> {
    this.#undo.hidden = true;
    try {
      const { content } = await this.#carrier.call(endpoint, { experiment_id: home(this.#state), ...args });
      this.#views = content as unknown as Views;
      setText(this.#status, said);
      this.#fill();
      return true;
    } catch (error) {
      setText(this.#status, messageOf(error));
      return false;
    }
  }

  async #saved(): Promise<void> {
    const name = typed(this.#name);
    if (name === "" || !(await this.#ask("nbtrack/views/create", { name, view: viewOf(this.#state) }, `${name} saved`))) return;
    this.#current = name;
    this.#fill();
  }

  async #renamed(): Promise<void> {
    const name = typed(this.#name);
    if (name === "" || !(await this.#ask("nbtrack/views/update", { name: this.#current, new_name: name }, `Renamed to ${name}`))) return;
    this.#current = name;
    this.#fill();
  }

  async #removed(): Promise<void> {
    const deleted = this.#views.views.find(({ name }) => name === this.#current);
    if (!deleted || !(await this.#ask("nbtrack/views/delete", { name: deleted.name }, `${deleted.name} deleted`))) return;
    this.#deleted = deleted;
    this.#current = "";
    this.#fill();
    this.#undo.hidden = false;
    this.#undo.focus();
  }

  async #restored(): Promise<void> {
    if (this.#deleted) await this.#ask("nbtrack/views/create", { ...this.#deleted }, `${this.#deleted.name} restored`);
  }

  async #madeDefault(): Promise<void> {
    const name = this.#default.checked ? this.#current : "";
    await this.#ask("nbtrack/views/update-default", { name }, name === "" ? "No default view" : `${name} is the default view`);
  }
}
