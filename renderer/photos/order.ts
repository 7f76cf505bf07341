// The order of all photos as the page holds it: columns that take changes in, and photos that wait to be shown so that
// nothing moves under the pointer.
import type { Timeline, TimelineChange } from '../../electron/contract/photos.ts';

export interface ShownOrder {
  /** uint32, (n): photo ids, newest first. */
  readonly ids: Uint32Array;
  /** float32, (n): width over height of each. */
  readonly aspects: Float32Array;
  /** uint32, (n): mean colour of each, 0xRRGGBB. */
  readonly colours: Uint32Array;
  /** Places at which a month begins; ascending. */
  readonly months: readonly { at: number; year: number; month: number }[];
}

export const NOTHING: ShownOrder = {
  ids: new Uint32Array(0),
  aspects: new Float32Array(0),
  colours: new Uint32Array(0),
  months: [],
};

type Months = Timeline['months'];

/** Width over height by the byte that stands for it; see Timeline.aspects. */
const ASPECTS = Float32Array.from({ length: 256 }, (_, byte) => 2 ** ((byte - 128) / 32));

export class PhotoOrder {
  #ids: Uint32Array;
  #aspects: Uint8Array;
  #colours: Uint32Array;
  #months: Months;
  /** 1 where a photo waits. */
  #held: Uint8Array;
  #waiting = 0;

  constructor({ ids, aspects, colours, months }: Omit<Timeline, 'version'>) {
    this.#ids = new Uint32Array(bytesOf(ids).buffer);
    this.#aspects = bytesOf(aspects);
    this.#colours = coloursOf(bytesOf(colours));
    this.#months = months;
    this.#held = new Uint8Array(this.#ids.length);
  }

  /** Photos that wait to be shown. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Takes changes in, in their order. Photos that were added before a shown place wait.
   * @param holdBefore a place among the shown photos: the first that nobody looks at; 0 to let none wait
   */
  apply(changes: readonly TimelineChange[], months: Months, holdBefore: number): void {
    let border = this.#placeOfShown(holdBefore);
    for (const change of changes) {
      if (change.kind === 'added') border = this.#add(change, border);
      else border = this.#remove(change.places, border);
    }
    this.#months = months;
    this.#waiting = this.#held.reduce((sum, one) => sum + one, 0);
  }

  /** Lets what waits be shown. */
  release(): void {
    this.#held.fill(0);
    this.#waiting = 0;
  }

  /** What is shown now. */
  get shown(): ShownOrder {
    const all = this.#waiting === 0;
    const count = this.#ids.length - this.#waiting;
    const ids = all ? this.#ids : new Uint32Array(count);
    const aspects = new Float32Array(count);
    const colours = all ? this.#colours : new Uint32Array(count);
    const months: { at: number; year: number; month: number }[] = [];
    let [place, at] = [0, 0];
    for (const { year, month, count: photos } of this.#months) {
      const start = at;
      for (const end = place + photos; place < end; place++) {
        if (this.#held[place] === 1) continue;
        if (!all) {
          ids[at] = this.#ids[place];
          colours[at] = this.#colours[place];
        }
        aspects[at++] = ASPECTS[this.#aspects[place]];
      }
      if (at > start) months.push({ at: start, year, month });
    }
    return { ids, aspects, colours, months };
  }

  #add({ places, ids, aspects, colours }: Extract<TimelineChange, { kind: 'added' }>, border: number): number {
    const total = this.#ids.length + places.length;
    const [newIds, newColours] = [new Uint32Array(total), new Uint32Array(total)];
    const [newAspects, newHeld] = [new Uint8Array(total), new Uint8Array(total)];
    let from = 0;
    let moved = border;
    places.forEach((place, i) => {
      // Places are those after the change: before this one, i newcomers have been put in.
      const stop = place - i;
      newIds.set(this.#ids.subarray(from, stop), from + i);
      newAspects.set(this.#aspects.subarray(from, stop), from + i);
      newColours.set(this.#colours.subarray(from, stop), from + i);
      newHeld.set(this.#held.subarray(from, stop), from + i);
      newIds[place] = ids[i];
      newAspects[place] = aspects[i];
      newColours[place] = colours[i];
      if (stop < border) {
        newHeld[place] = 1;
        moved++;
      }
      from = stop;
    });
    newIds.set(this.#ids.subarray(from), from + places.length);
    newAspects.set(this.#aspects.subarray(from), from + places.length);
    newColours.set(this.#colours.subarray(from), from + places.length);
    newHeld.set(this.#held.subarray(from), from + places.length);
    [this.#ids, this.#aspects, this.#colours, this.#held] = [newIds, newAspects, newColours, newHeld];
    return moved;
  }

  #remove(places: readonly number[], border: number): number {
    const gone = new Set(places);
    const stays = (_: number, place: number): boolean => !gone.has(place);
    this.#ids = this.#ids.filter(stays);
    this.#aspects = this.#aspects.filter(stays);
    this.#colours = this.#colours.filter(stays);
    this.#held = this.#held.filter(stays);
    return border - places.filter((place) => place < border).length;
  }

  /** The place among all photos of one among those that are shown. */
  #placeOfShown(shown: number): number {
    if (this.#waiting === 0) return Math.min(shown, this.#ids.length);
    let place = 0;
    for (let left = shown; place < this.#held.length && left > 0; place++) if (this.#held[place] === 0) left--;
    return place;
  }
}

/** From red, green and blue, a byte each. */
function coloursOf(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  const colours = new Uint32Array(bytes.length / 3);
  for (let i = 0; i < colours.length; i++)
    colours[i] = (bytes[3 * i] << 16) | (bytes[3 * i + 1] << 8) | bytes[3 * i + 2];
  return colours;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
}
