// The one place that knows anywidget: turns a model into the state and source of a panel.

import { CommSource } from "./comm.ts";
import type { Mount, State } from "./panel.ts";
import type { Stop } from "./source.ts";

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
 */
export function asWidget<T>(mount: Mount<T>, kernelOwned: readonly (keyof T & string)[]) {
  return {
    render({ model, el }: RenderContext): Stop {
      const source = new CommSource(model, el, kernelOwned);
      const unmount = mount({ el, state: modelState<T>(model), source });
      return () => {
        unmount();
        source.close();
      };
    },
  };
}
