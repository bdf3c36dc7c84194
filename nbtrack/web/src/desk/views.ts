// Other widgets of the kernel, as elements.

import type { AnyModel } from "../anywidget.ts";
import type { Stop } from "../source.ts";

interface View {
  readonly el: HTMLElement;
  remove(): void;
}

interface Manager {
  get_model(id: string): Promise<unknown>;
  create_view(model: unknown): Promise<View>;
}

export interface Shown {
  readonly el: HTMLElement;
  readonly stop: Stop;
}

/** Draw the widget of an id. */
export async function viewOf(model: AnyModel, id: string): Promise<Shown> {
  const manager = model.widget_manager as Manager;
  const view = await manager.create_view(await manager.get_model(id));
  return {
    el: view.el,
    stop() {
      view.remove();
    },
  };
}
