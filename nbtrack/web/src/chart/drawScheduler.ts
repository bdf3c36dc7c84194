// When to draw: at the next frame, but at a limited rate, and not while the chart is out of view.

export class DrawScheduler {
  readonly #draw: () => void;
  readonly #isVisible: () => boolean;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the drawings so far would have been made at even distances. */
  #evenly = -Infinity;
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

  /**
   * Draw at once, but on average not more often than every `pause` ms; calls until then cost nothing.
   *
   * One drawing may come early: pushes that come as evenly as that are drawn without waiting.
   */
  within(pause: number): void {
    this.#due = true;
    if (this.#timer !== undefined || !this.#isVisible()) return;
    const now = performance.now();
    const wait = Math.max(0, this.#evenly - pause - now);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#evenly = Math.max(now + wait, this.#evenly) + pause;
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
    this.#draw();
  };
}
