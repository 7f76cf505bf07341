// The order of all photos, newest first, in memory as columns: 13 bytes a photo.
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
  #version = 1;

  get version(): number {
    return this.#version;
  }

  get length(): number {
    return this.#ids.length;
  }

  /** Adds photos; one that is there already takes its new place. */
  add(entries: readonly TimelineEntry[]): void {
    if (entries.length === 0) return;
    const fresh = [...new Map(entries.map((entry) => [entry.photoId, entry])).values()];
    this.#drop(new Set(fresh.map((entry) => entry.photoId)));
    fresh.sort((a, b) => b.takenAt - a.takenAt || b.photoId - a.photoId);
    const total = this.#ids.length + fresh.length;
    const ids = new Uint32Array(total);
    const times = new Float64Array(total);
    const aspects = new Uint8Array(total);
    for (let to = 0, old = 0, next = 0; to < total; to++) {
      const takeOld = next === fresh.length || (old < this.#ids.length && this.#comesFirst(old, fresh[next]));
      if (takeOld) {
        ids[to] = this.#ids[old];
        times[to] = this.#times[old];
        aspects[to] = this.#aspects[old++];
      } else {
        const entry = fresh[next++];
        ids[to] = entry.photoId;
        times[to] = entry.takenAt;
        aspects[to] = encodeAspect(entry.width, entry.height);
      }
    }
    this.#replace(ids, times, aspects);
  }

  remove(photoIds: readonly number[]): void {
    if (photoIds.length > 0 && this.#drop(new Set(photoIds))) this.#version++;
  }

  /** Photo ids at some places. */
  slice(start: number, count: number): number[] {
    return [...this.#ids.subarray(start, start + count)];
  }

  toMessage(): TimelineMessage {
    const months: TimelineMessage['months'] = [];
    for (const time of this.#times) {
      const date = new Date(time);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
      const last = months.at(-1);
      if (last?.year === year && last.month === month) last.count++;
      else months.push({ year, month, count: 1 });
    }
    return { version: this.#version, months, aspects: Buffer.from(this.#aspects).toString('base64') };
  }

  #comesFirst(at: number, entry: TimelineEntry): boolean {
    return this.#times[at] > entry.takenAt || (this.#times[at] === entry.takenAt && this.#ids[at] > entry.photoId);
  }

  #drop(photoIds: ReadonlySet<number>): boolean {
    const stays: number[] = [];
    for (let i = 0; i < this.#ids.length; i++) if (!photoIds.has(this.#ids[i])) stays.push(i);
    if (stays.length === this.#ids.length) return false;
    this.#ids = Uint32Array.from(stays, (i) => this.#ids[i]);
    this.#times = Float64Array.from(stays, (i) => this.#times[i]);
    this.#aspects = Uint8Array.from(stays, (i) => this.#aspects[i]);
    return true;
  }

  #replace(ids: Uint32Array<ArrayBuffer>, times: Float64Array<ArrayBuffer>, aspects: Uint8Array<ArrayBuffer>): void {
    this.#ids = ids;
    this.#times = times;
    this.#aspects = aspects;
    this.#version++;
  }
}
