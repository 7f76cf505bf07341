// The order of all photos, newest first, in memory as columns; and what changed in it lately.
import type { Timeline as TimelineMessage, TimelineChange, TimelineChanges } from '../../contract/photos.ts';

export interface TimelineEntry {
  photoId: number;
  /** Wall-clock milliseconds. */
  takenAt: number;
  width: number;
  height: number;
  /** 0xRRGGBB. */
  colour: number;
}

/** Changes that are kept for pages to catch up by, and photos in them, at most; beyond, the whole is sent again. */
const MOST_CHANGES = 256;
const MOST_CHANGED_PHOTOS = 50_000;

/** Width over height as one byte: 2^((byte - 128) / 32). */
export function encodeAspect(width: number, height: number): number {
  return Math.max(0, Math.min(255, Math.round(128 + 32 * Math.log2(width / height))));
}

export class Timeline {
  #ids = new Uint32Array(0);
  #times = new Float64Array(0);
  #aspects = new Uint8Array(0);
  /** 0xRRGGBB. */
  #colours = new Uint32Array(0);
  readonly #known = new Set<number>();
  /** Added since somebody last looked: among a million, each taking in copies everything, so several are taken in together. */
  readonly #pending = new Map<number, TimelineEntry>();
  /** Of the columns, and the changes that led to it: the last one to this version, each one before to one less. */
  #version = 1;
  readonly #changes: TimelineChange[] = [];

  /** Grows with each change of the order. */
  get version(): number {
    return this.#version + (this.#pending.size > 0 ? 1 : 0);
  }

  /** Adds photos; one that is there already takes its new place. */
  add(entries: readonly TimelineEntry[]): void {
    for (const entry of entries) this.#pending.set(entry.photoId, entry);
  }

  remove(photoIds: readonly number[]): void {
    // Somebody may have been told of what is pending, so it comes before it goes: versions only grow.
    if (photoIds.some((id) => this.#pending.has(id))) this.#takeIn();
    this.#drop(photoIds);
  }

  toMessage(): TimelineMessage {
    this.#takeIn();
    return {
      version: this.#version,
      months: this.#months(),
      ids: base64(this.#ids),
      aspects: base64(this.#aspects),
      colours: base64(toBytes(this.#colours)),
    };
  }

  /** What changed since a version; null where that is not known any more. */
  changesSince(version: number): TimelineChanges | null {
    this.#takeIn();
    const behind = this.#version - version;
    if (behind < 0 || behind > this.#changes.length) return null;
    const changes = behind === 0 ? [] : this.#changes.slice(-behind);
    return { version: this.#version, months: this.#months(), changes };
  }

  #takeIn(): void {
    if (this.#pending.size === 0) return;
    const fresh = [...this.#pending.values()];
    this.#pending.clear();
    this.#drop(fresh.map((entry) => entry.photoId));
    fresh.sort((a, b) => b.takenAt - a.takenAt || b.photoId - a.photoId);
    const total = this.#ids.length + fresh.length;
    const ids = new Uint32Array(total);
    const times = new Float64Array(total);
    const aspects = new Uint8Array(total);
    const colours = new Uint32Array(total);
    const copy = (start: number, end: number, to: number): void => {
      ids.set(this.#ids.subarray(start, end), to);
      times.set(this.#times.subarray(start, end), to);
      aspects.set(this.#aspects.subarray(start, end), to);
      colours.set(this.#colours.subarray(start, end), to);
    };
    const places: number[] = [];
    // What lies between two newcomers is copied as a block.
    let from = 0;
    fresh.forEach((entry, i) => {
      const stop = this.#placeOf(entry, from);
      copy(from, stop, from + i);
      ids[stop + i] = entry.photoId;
      times[stop + i] = entry.takenAt;
      aspects[stop + i] = encodeAspect(entry.width, entry.height);
      colours[stop + i] = entry.colour;
      places.push(stop + i);
      from = stop;
    });
    copy(from, this.#ids.length, from + fresh.length);
    for (const { photoId } of fresh) this.#known.add(photoId);
    this.#ids = ids;
    this.#times = times;
    this.#aspects = aspects;
    this.#colours = colours;
    this.#note({
      kind: 'added',
      places,
      ids: fresh.map(({ photoId }) => photoId),
      aspects: places.map((place) => aspects[place]!),
      colours: fresh.map(({ colour }) => colour),
    });
  }

  #drop(photoIds: readonly number[]): void {
    const gone = new Set(photoIds.filter((id) => this.#known.delete(id)));
    if (gone.size === 0) return;
    const places: number[] = [];
    const ids = this.#ids;
    const stays = (_: number, i: number): boolean => !gone.has(ids[i]!);
    ids.forEach((id, i) => {
      if (gone.has(id)) places.push(i);
    });
    this.#times = this.#times.filter(stays);
    this.#aspects = this.#aspects.filter(stays);
    this.#colours = this.#colours.filter(stays);
    this.#ids = ids.filter(stays);
    this.#note({ kind: 'removed', places });
  }

  #note(change: TimelineChange): void {
    this.#version++;
    this.#changes.push(change);
    let photos = this.#changes.reduce((sum, { places }) => sum + places.length, 0);
    while (this.#changes.length > MOST_CHANGES || photos > MOST_CHANGED_PHOTOS) {
      photos -= this.#changes.shift()!.places.length;
    }
  }

  #months(): TimelineMessage['months'] {
    const months: TimelineMessage['months'] = [];
    let monthStart = Infinity;
    for (const time of this.#times) {
      if (time < monthStart) {
        const date = new Date(time);
        const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
        months.push({ year, month, count: 0 });
        monthStart = Date.UTC(year, month - 1);
      }
      months[months.length - 1]!.count++;
    }
    return months;
  }

  /** Where an entry belongs, at or after a place: before the first photo that is older. */
  #placeOf({ takenAt, photoId }: TimelineEntry, start: number): number {
    let low = start;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const newer = this.#times[middle]! > takenAt || (this.#times[middle] === takenAt && this.#ids[middle]! > photoId);
      if (newer) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Red, green and blue of each colour, a byte each. */
function toBytes(colours: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(3 * colours.length);
  colours.forEach((colour, i) => {
    bytes[3 * i] = colour >> 16;
    bytes[3 * i + 1] = colour >> 8;
    bytes[3 * i + 2] = colour;
  });
  return bytes;
}

function base64(column: Uint32Array | Uint8Array): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64');
}
