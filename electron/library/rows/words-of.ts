// The words by which a photo is found: of its file's name and folders, of the day it was taken, and of its caption.
import { basename, sep } from 'node:path';
import { isWithin, withoutEnd } from '../files/paths.ts';

/** Languages in which months are known by name: those of the page. */
const LANGUAGES = ['en', 'de'] as const;
const MONTHS: readonly string[] = Array.from({ length: 12 }, (_, month) =>
  LANGUAGES.map((language) =>
    new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2000, month, 1)),
  ).join(' '),
);

/**
 * @param folder the library folder that a file lies in: of what is above it, nothing tells photos apart
 * @param takenAt wall-clock milliseconds since 1970
 * @param caption what its file says of it
 */
export function wordsOf(folder: string, path: string, takenAt: number, caption = ''): string {
  const inside = isWithin(path, folder) ? path.slice(withoutEnd(folder, sep).length) : `${sep}${basename(path)}`;
  return `${basename(folder)}${inside} ${wordsOfDay(takenAt)} ${caption}`;
}

/** "2024 12 24 December Dezember" */
function wordsOfDay(takenAt: number): string {
  const day = new Date(takenAt);
  if (Number.isNaN(day.getTime())) return '';
  return `${day.toISOString().slice(0, 10).replaceAll('-', ' ')} ${MONTHS[day.getUTCMonth()]!}`;
}

/** What stands between other signs, as SQLite's unicode61 cuts it: without accents, upper and lower case being one. */
export function wordsIn(text: string): string[] {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{Co}]+/u)
    .filter((word) => word !== '');
}
