// Scrolling through more than a browser can lay out: Chromium stops at 33.5 million pixels, Firefox at 17.8 million,
// and a million photos take some 60 million. The scroller is as high as allowed; small steps move the content pixel by
// pixel, and long ones, as by dragging the bar, by the share of the whole. Near both ends a pixel of the scroller is
// one of the content, so that a step of the wheel is never cut short there.

/** Pixels that a scroller may be high; well below what any browser allows. */
export const MOST_PIXELS = 8_000_000;
/** Windows' heights up to which a step counts as small. */
const SMALL_STEP = 3;
/** Windows' heights from either end in which a pixel of the scroller is one of the content. */
const EDGE = 20;

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
    this.#top = Math.abs(step) > this.#view * SMALL_STEP ? this.#contentAt(scroller) : this.#clamped(this.#top + step);
    // At its end before the content is: there must be room to go on.
    const atEnd = scroller <= 0 || scroller >= this.#lastScroller;
    return atEnd && this.#top > 0 && this.#top < this.#last ? this.settle() : undefined;
  }

  /** Goes to a place in the content. @returns where the scroller is to be put */
  moveTo(top: number): number {
    this.#top = this.#clamped(top);
    return this.settle();
  }

  /** Brings the scroller to where its bar tells the truth, while nothing moves. @returns where it is to be put */
  settle(): number {
    this.#scroller = this.#isWhole ? this.#top : Math.round(this.#scrollerAt(this.#top));
    return this.#scroller;
  }

  /** The position in the content that a position of the bar means. */
  #contentAt(scroller: number): number {
    const left = this.#lastScroller - scroller;
    if (scroller <= this.#edge) return scroller;
    if (left <= this.#edge) return this.#last - left;
    return this.#edge + (scroller - this.#edge) * this.#scale;
  }

  /** The inverse of contentAt. */
  #scrollerAt(top: number): number {
    const left = this.#last - top;
    if (top <= this.#edge) return top;
    if (left <= this.#edge) return this.#lastScroller - left;
    return this.#edge + (top - this.#edge) / this.#scale;
  }

  get #edge(): number {
    return Math.min(EDGE * this.#view, this.#lastScroller / 4);
  }

  /** Pixels of the content for one of the scroller, between its edges. */
  get #scale(): number {
    return (this.#last - 2 * this.#edge) / (this.#lastScroller - 2 * this.#edge);
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

  #clamped(top: number): number {
    return Math.max(0, Math.min(this.#last, top));
  }
}
