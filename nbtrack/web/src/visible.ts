// Whether anyone can see the panel; one that scrolled away does no work.

import type { Stop } from "./source.ts";

export class Visibility {
  #inView = true;
  readonly #observer: IntersectionObserver;
  readonly #root: HTMLElement;
  readonly #changed: (visible: boolean) => void;

  constructor(
    root: HTMLElement,
    changed: (visible: boolean) => void,
  ) {
    this.#root = root;
    this.#changed = changed;
    this.#observer = new IntersectionObserver((entries) => {
      this.#inView = entries.at(-1)?.isIntersecting ?? true;
      this.#announce();
    });
    this.#observer.observe(root);
    root.ownerDocument.addEventListener("visibilitychange", this.#announce);
  }

  get visible(): boolean {
    return this.#inView && !this.#root.ownerDocument.hidden;
  }

  stop: Stop = () => {
    this.#observer.disconnect();
    this.#root.ownerDocument.removeEventListener("visibilitychange", this.#announce);
  };

  #announce = (): void => {
    this.#changed(this.visible);
  };
}
