// Scrolling through more than a browser can lay out: Chromium stops at 33.5 million pixels, Firefox at 17.8 million,
// and a million photos take some 60 million. The scroller is as high as allowed; small steps move the content pixel by
// pixel, and long ones, as by dragging the bar, by the share of the whole.

/** Pixels that a scroller may be high; well below what any browser allows. */
export const MOST_PIXELS = 8_000_000;
/** Windows' heights up to which a step counts as small. */
const SMALL_STEP = 3;

export class VirtualScroll {
  #whole = 0;
  #view = 0;
  #top = 0;
  /** Where the browser's scroller stands. */
  #scroller = 0;

  /** Pixels from the beginning of the content to what is seen first. */
  get top(): number {
    return this.#top;
  }

  /** Pixels that the scroller's content is to be high. */
  get height(): number {
    return Math.min(this.#whole, MOST_PIXELS);
  }

  /** What to take off a position in the content to have its position in the scroller. */
  get shift(): number {
    return this.#top - this.#scroller;
  }

  /** @param whole pixels that the content is high @param view pixels that are seen of it at once */
  resize(whole: number, view: number): void {
    this.#whole = whole;
    this.#view = view;
  }

  /** The browser scrolled. @returns where the scroller is to be put, or undefined where it may stay */
  scrolledTo(scroller: number): number | undefined {
    const step = scroller - this.#scroller;
    this.#scroller = scroller;
    if (this.#isWhole) {
      this.#top = scroller;
      return undefined;
    }
    const atEnd = scroller <= 0 || scroller >= this.#lastScroller;
    if (Math.abs(step) > this.#view * SMALL_STEP) this.#top = (scroller / this.#lastScroller) * this.#last;
    else if (atEnd && this.#left(step) <= 2 * (this.#last / this.#lastScroller)) {
      // The browser cut the step short, and what is left of the content is less than its bar can tell.
      this.#top = step < 0 ? 0 : this.#last;
    } else this.#top = this.#clamped(this.#top + step);
    // At its end before the content is: there must be room to go on.
    return atEnd && this.#top > 0 && this.#top < this.#last ? this.settle() : undefined;
  }

  /** Goes to a place in the content. @returns where the scroller is to be put */
  moveTo(top: number): number {
    this.#top = this.#clamped(top);
    return this.settle();
  }

  /** Brings the scroller to where its bar tells the truth, while nothing moves. @returns where it is to be put */
  settle(): number {
    if (this.#isWhole) this.#scroller = this.#top;
    else if (this.#top <= 0) this.#scroller = 0;
    else if (this.#top >= this.#last) this.#scroller = this.#lastScroller;
    else {
      const share = Math.round((this.#top / this.#last) * this.#lastScroller);
      // Not at its very ends, where the browser would not tell of a step beyond.
      this.#scroller = Math.min(this.#lastScroller - 1, Math.max(1, share));
    }
    return this.#scroller;
  }

  get #isWhole(): boolean {
    return this.#whole <= MOST_PIXELS;
  }

  get #last(): number {
    return Math.max(0, this.#whole - this.#view);
  }

  get #lastScroller(): number {
    return Math.max(1, this.height - this.#view);
  }

  /** Pixels from here to the end that a step leads to. */
  #left(step: number): number {
    return step < 0 ? this.#top : this.#last - this.#top;
  }

  #clamped(top: number): number {
    return Math.max(0, Math.min(this.#last, top));
  }
}
