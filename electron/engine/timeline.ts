// The order of all photos, newest first, in memory as columns.
import type { Timeline as TimelineMessage } from '../contract/types.ts';

export interface TimelineEntry {
  photoId: number;
  /** Wall-clock milliseconds. */
  takenAt: number;
  width: number;
  height: number;
}

/** Width over height as one byte: 2^((byte - 128) / 32). */
export function encodeAspect(width: number, height: number): number {
  return Math.max(0, Math.min(255, Math.round(128 + 32 * Math.log2(width / height))));
}

export class Timeline {
  #ids = new Uint32Array(0);
  #times = new Float64Array(0);
  #aspects = new Uint8Array(0);
  readonly #known = new Set<number>();
  /** Added since somebody last looked: among a million, each taking in copies everything, so several are taken in together. */
  readonly #pending = new Map<number, TimelineEntry>();
  #version = 1;

  get version(): number {
    return this.#version;
  }

  get length(): number {
    this.#takeIn();
    return this.#ids.length;
  }

  /** Adds photos; one that is there already takes its new place. */
  add(entries: readonly TimelineEntry[]): void {
    if (entries.length === 0) return;
    for (const entry of entries) this.#pending.set(entry.photoId, entry);
    this.#version++;
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
    // What lies between two newcomers is copied as a block.
    let from = 0;
    fresh.forEach((entry, i) => {
      const stop = this.#placeOf(entry, from);
      this.#copy(ids, times, aspects, from, stop, from + i);
      ids[stop + i] = entry.photoId;
      times[stop + i] = entry.takenAt;
      aspects[stop + i] = encodeAspect(entry.width, entry.height);
      from = stop;
    });
    this.#copy(ids, times, aspects, from, this.#ids.length, from + fresh.length);
    for (const { photoId } of fresh) this.#known.add(photoId);
    this.#ids = ids;
    this.#times = times;
    this.#aspects = aspects;
  }

  remove(photoIds: readonly number[]): void {
    const waiting = photoIds.filter((id) => this.#pending.delete(id));
    if (this.#drop(photoIds) || waiting.length > 0) this.#version++;
  }

  /** Photo ids at some places. */
  slice(start: number, count: number): number[] {
    this.#takeIn();
    return [...this.#ids.subarray(start, start + count)];
  }

  toMessage(): TimelineMessage {
    this.#takeIn();
    const months: TimelineMessage['months'] = [];
    let monthStart = Infinity;
    for (const time of this.#times) {
      if (time < monthStart) {
        const date = new Date(time);
        const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
        months.push({ year, month, count: 0 });
        monthStart = Date.UTC(year, month - 1);
      }
      months[months.length - 1].count++;
    }
    return { version: this.#version, months, aspects: Buffer.from(this.#aspects).toString('base64') };
  }

  /** Where an entry belongs, at or after a place: before the first photo that is older. */
  #placeOf({ takenAt, photoId }: TimelineEntry, start: number): number {
    let low = start;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const newer = this.#times[middle] > takenAt || (this.#times[middle] === takenAt && this.#ids[middle] > photoId);
      if (newer) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #copy(ids: Uint32Array, times: Float64Array, aspects: Uint8Array, start: number, end: number, to: number): void {
    ids.set(this.#ids.subarray(start, end), to);
    times.set(this.#times.subarray(start, end), to);
    aspects.set(this.#aspects.subarray(start, end), to);
  }

  #drop(photoIds: readonly number[]): boolean {
    const gone = new Set(photoIds.filter((id) => this.#known.delete(id)));
    if (gone.size === 0) return false;
    const stays = (_: number, i: number): boolean => !gone.has(ids[i]);
    const ids = this.#ids;
    this.#times = this.#times.filter(stays);
    this.#aspects = this.#aspects.filter(stays);
    this.#ids = ids.filter(stays);
    return true;
  }
}
