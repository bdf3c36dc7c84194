// When to draw: at the next frame, but not more often than told, and not while nobody looks.

export class Pace {
  readonly #draw: () => void;
  readonly #isVisible: () => boolean;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawnAt = -Infinity;
  #due = false;

  constructor(draw: () => void, isVisible: () => boolean) {
    this.#draw = draw;
    this.#isVisible = isVisible;
  }

  /** Draw at the next frame. */
  soon(): void {
    this.#due = true;
    if (!this.#isVisible()) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(this.#now);
  }

  /** Draw when the last drawing is `pause` ms old; calls until then cost nothing. */
  within(pause: number): void {
    this.#due = true;
    if (this.#timer !== undefined || !this.#isVisible()) return;
    const wait = Math.max(0, this.#drawnAt + pause - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.soon();
    }, wait);
  }

  /** Draw what was left undone while nobody looked. */
  catchUp(): void {
    if (this.#due) this.soon();
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
  }

  #now = (): void => {
    this.#due = false;
    this.#drawnAt = performance.now();
    this.#draw();
  };
}
