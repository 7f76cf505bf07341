// Damage that is met while a catalogue is in use: it is noted, for the next start to look into.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import { inEnglish, say, type Sentence } from '../../contract/sentence.ts';

/** Whether SQLite found that a file does not hold what it should. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ)/.test(String((error as { code?: unknown }).code));
}

const notePath = (libraryPath: string): string => join(libraryPath, 'damage-found');

export function damageWasNoted(libraryPath: string): boolean {
  return existsSync(notePath(libraryPath));
}

/** What to throw in the place of SQLite's own error. */
export function noteDamage(libraryPath: string, why: Sentence, cause?: unknown): LikenessError {
  try {
    writeFileSync(notePath(libraryPath), inEnglish(why));
  } catch {
    // A disk that is full or away: the next start finds the damage by itself, or when it is met again.
  }
  return new LikenessError(
    'damaged',
    say`The catalogue is damaged (${why}). Close Likeness and start it again: it looks into it, and puts the last good copy in its place. Your photos are not affected.`,
    { cause },
  );
}

export function forgetDamage(libraryPath: string): void {
  rmSync(notePath(libraryPath), { force: true });
}
