// Which sides of the page are shown: the library on the left, the selected photo on the right. In a narrow window they come over the
// photos, and go again once they have been used.

/** Pixels; the same in the styles of the sides. */
const NARROW = '(max-width: 900px)';
const key = (side: Side): string => `likeness-side-${side}`;

export type Side = 'library' | 'details';

class Sides {
  #narrow = window.matchMedia(NARROW);
  #isNarrow = $state(this.#narrow.matches);
  /** In a wide window, where the person's choice is kept. */
  #wide = $state({ library: isKept('library'), details: isKept('details') });
  #over = $state.raw<Side>();

  constructor() {
    this.#narrow.addEventListener('change', ({ matches }) => {
      this.#isNarrow = matches;
      this.#over = undefined;
    });
  }

  isShown(side: Side): boolean {
    return this.#isNarrow ? this.#over === side : this.#wide[side];
  }

  toggle(side: Side): void {
    if (this.#isNarrow) this.#over = this.#over === side ? undefined : side;
    else {
      this.#wide[side] = !this.#wide[side];
      localStorage.setItem(key(side), this.#wide[side] ? 'shown' : 'hidden');
    }
  }

  /** Whether one lies over the photos. */
  get isOver(): boolean {
    return this.#over !== undefined;
  }

  /** Takes away what lies over the photos. */
  uncover(): void {
    this.#over = undefined;
  }
}

function isKept(side: Side): boolean {
  return localStorage.getItem(key(side)) !== 'hidden';
}

export const sides = new Sides();
