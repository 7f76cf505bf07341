// Selects by drawing a rectangle from an empty place; with Ctrl, Cmd or Shift, beside what is selected already.
import type { Stretch } from '../photos/layout.ts';
import { selection } from './selection.svelte.ts';

export interface LassoPlace {
  /** Where an event is, in pixels from the beginning of all photos. */
  pointAt(event: PointerEvent): { x: number; y: number };
  /** The photos that touch a stretch of the page. */
  within(area: Stretch): number[];
  scrollBy(pixels: number): void;
  /** The window on the photos, in pixels of the screen. */
  view(): DOMRect;
}

/** Pixels that the pointer moves before it is more than a click. */
const LEAST = 5;
/** Pixels from an edge within which the page scrolls, and the most pixels a frame that it does. */
const EDGE = 40;
const FASTEST = 30;

export class Lasso {
  /** What is drawn; undefined where nothing is. */
  area = $state.raw<Stretch>();
  readonly #place: LassoPlace;

  constructor(place: LassoPlace) {
    this.#place = place;
  }

  begin(event: PointerEvent): void {
    const target = event.target as HTMLElement;
    // Fingers scroll, and photos are for clicks.
    if (event.button !== 0 || event.pointerType === 'touch' || target.closest('[role=option]')) return;
    const scroller = event.currentTarget as HTMLElement;
    // The scroll bar is no empty place.
    if (event.clientX > scroller.getBoundingClientRect().left + scroller.clientWidth) return;
    const from = this.#place.pointAt(event);
    const adds = event.shiftKey || event.ctrlKey || event.metaKey;
    const before = adds ? selection.ids : [];
    let last = event;
    let frame = 0;
    const select = (): void => {
      const to = this.#place.pointAt(last);
      if (!this.area && Math.hypot(to.x - from.x, to.y - from.y) < LEAST) return;
      this.area = {
        left: Math.min(from.x, to.x),
        top: Math.min(from.y, to.y),
        right: Math.max(from.x, to.x),
        bottom: Math.max(from.y, to.y),
      };
      selection.set([...before, ...this.#place.within(this.area)]);
    };
    const scroll = (): void => {
      frame = requestAnimationFrame(scroll);
      if (!this.area) return;
      const { top, bottom } = this.#place.view();
      const beyond = Math.min(0, last.clientY - top - EDGE) + Math.max(0, last.clientY - bottom + EDGE);
      if (beyond === 0) return;
      this.#place.scrollBy(Math.max(-FASTEST, Math.min(FASTEST, beyond)));
      select();
    };
    const abort = new AbortController();
    const { signal } = abort;
    const end = (): void => {
      abort.abort();
      cancelAnimationFrame(frame);
      // A click on an empty place gives up what is selected, as everywhere.
      if (!this.area && !adds) selection.clear();
      this.area = undefined;
    };
    window.addEventListener(
      'pointermove',
      (moved) => {
        last = moved;
        select();
      },
      { signal },
    );
    window.addEventListener('pointerup', end, { signal });
    window.addEventListener('pointercancel', end, { signal });
    frame = requestAnimationFrame(scroll);
  }
}
