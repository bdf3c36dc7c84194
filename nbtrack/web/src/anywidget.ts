// The one place that knows anywidget: turns a model into the state and source of a panel.

import { CommSource } from "./comm.ts";
import type { Mount, State } from "./panel.ts";
import { hosted, type Served } from "./source/hosting.ts";
import type { Stop } from "./source.ts";
import { hideStatic } from "./static.ts";

export interface AnyModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, handler: (...args: never[]) => void): void;
  off(event: string, handler: (...args: never[]) => void): void;
  widget_manager?: unknown;
}

interface RenderContext {
  model: AnyModel;
  el: HTMLElement;
}

function modelState<T>(model: AnyModel): State<T> {
  return {
    get: (key) => model.get(key) as T[typeof key],
    set(key, value) {
      model.set(key, value);
      model.save_changes();
    },
    on(key, handler): Stop {
      model.on(`change:${key}`, handler);
      return () => {
        model.off(`change:${key}`, handler);
      };
    },
  };
}

/**
 * Make the default export that anywidget expects.
 *
 * @param mount - The panel.
 * @param kernelOwned - Traits that only the kernel writes: a change of one shows that it lives.
 * @param served - The panel over REST, for when the kernel does not answer.
 */
export function asWidget<T>(mount: Mount<T>, kernelOwned: readonly (keyof T & string)[], served?: Served<T>) {
  return {
    render({ model, el }: RenderContext): Stop {
      const source = new CommSource(model, el, kernelOwned);
      const host = { el, state: modelState<T>(model), source };
      const show = hideStatic(String(model.get("uid")), el.ownerDocument);
      const unmount = served ? hosted(host, String(model.get("store")), mount, served) : mount(host);
      return () => {
        unmount();
        show();
        source.close();
      };
    },
  };
}
