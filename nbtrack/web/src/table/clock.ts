// The store's clock, carried on between messages; it stops when the kernel is gone.

export class Clock {
  #base = 0;
  #since: number | null = null;

  set(now: number): void {
    this.#base = now;
    this.#since = performance.now();
  }

  get now(): number {
    return this.#since === null ? this.#base : this.#base + performance.now() - this.#since;
  }

  freeze(): void {
    this.#base = this.now;
    this.#since = null;
  }

  thaw(): void {
    this.#since ??= performance.now();
  }
}
