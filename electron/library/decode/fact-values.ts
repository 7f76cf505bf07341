// Values as files tell them, made into what is kept: moments, names of devices, places, words.
import type { Place } from '../../contract/facts.ts';

/** A clock that was never set gives a day in 1899 or none, */
const EARLIEST = Date.UTC(1900, 0);
/** or the first moment of its own time. */
const NEVER_SET: ReadonlySet<number> = new Set([Date.UTC(1970, 0), Date.UTC(1980, 0)]);

/** @param time milliseconds since 1970 by a camera's clock @param now the same, of this machine @returns null where it was wrong */
export function believableTime(time: number, now: number): number | null {
  return time >= EARLIEST && !NEVER_SET.has(time) && time < now + 86_400_000 * 1.5 ? time : null;
}

/** "Canon" and "Canon EOS R5" become "Canon EOS R5"; "SONY" and "ILCE-7M4" become "SONY ILCE-7M4". */
export function deviceName(make: unknown, model: unknown): string | null {
  const text = (value: unknown): string =>
    typeof value === 'string' ? value.replace(/\0.*$/s, '').trim().slice(0, 100) : '';
  const [by, what] = [text(make), text(model)];
  if (!what) return by || null;
  return by && !what.toLowerCase().startsWith(by.toLowerCase()) ? `${by} ${what}` : what;
}

/** A file's time as wall-clock milliseconds, to stand beside what cameras say. */
export function wallClock(modifiedAt: number): number {
  return Math.round(modifiedAt) - new Date(modifiedAt).getTimezoneOffset() * 60_000;
}

/** Null where it is no place: nobody takes photos at 0, 0, but many devices say so. */
export function toPlace(latitude: unknown, longitude: unknown, altitude: unknown): Place | null {
  const isDegrees = (value: unknown, most: number): value is number =>
    typeof value === 'number' && Math.abs(value) <= most;
  if (!isDegrees(latitude, 90) || !isDegrees(longitude, 180) || (latitude === 0 && longitude === 0)) return null;
  return { latitude, longitude, altitude: typeof altitude === 'number' && Number.isFinite(altitude) ? altitude : null };
}

/** Without signs that are none, and cut; null where nothing is left. */
export function shortened(text: string, longest: number): string | null {
  const clean = text.replace(/[\0-\x08\x0b-\x1f\x7f]/g, '').trim();
  return clean === '' ? null : clean.slice(0, longest);
}
