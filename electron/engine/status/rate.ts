// How fast something goes on, over the last seconds.

const WINDOW = 15_000;

export class Rate {
  #marks: { at: number; done: number }[] = [];

  /** @param at milliseconds */
  mark(at: number, done: number): void {
    this.#marks.push({ at, done });
    while (this.#marks.length > 2 && this.#marks[0]!.at < at - WINDOW) this.#marks.shift();
  }

  /** Things a second; 0 while unknown. */
  perSecond(): number {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (!first || !last || last.at - first.at < 500) return 0;
    return Math.max(0, ((last.done - first.done) * 1000) / (last.at - first.at));
  }

  reset(): void {
    this.#marks = [];
  }
}
