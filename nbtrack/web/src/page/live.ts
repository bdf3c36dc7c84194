// News of the store: its mark is asked for as long as somebody looks at the page.

import type { Stop } from "../source.ts";
import type { Api } from "./api.ts";

const PAUSE = 1500;

export class Live {
  readonly #api: Api;
  readonly #listeners = new Set<() => void>();
  #mark: unknown = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api) {
    this.#api = api;
    document.addEventListener("visibilitychange", this.#resume);
  }

  /** Learn how the store stands, before anything of it is shown. */
  async begin(): Promise<void> {
    this.#mark = (await this.#api.read("mark").catch(() => ({ mark: null }))).mark;
  }

  /** Hear when anybody has recorded anything. */
  on(changed: () => void): Stop {
    this.#listeners.add(changed);
    this.#resume();
    return () => {
      this.#listeners.delete(changed);
    };
  }

  #resume = (): void => {
    clearTimeout(this.#timer);
    if (document.hidden || this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => void this.#look(), PAUSE);
  };

  async #look(): Promise<void> {
    try {
      const { mark } = await this.#api.read("mark");
      const isNews = this.#mark !== null && mark !== this.#mark;
      this.#mark = mark;
      if (isNews) for (const changed of [...this.#listeners]) changed();
    } catch {
      // The panels say that the server does not answer; it is asked again all the same.
    }
    this.#resume();
  }
}
