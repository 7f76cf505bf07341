// Puts a damaged catalogue right before it is opened: it is set aside whole, and the last good copy takes its place.
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../../contract/errors.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import { cataloguePath } from '../catalogue.ts';
import { migrate } from '../migrations/migrate.ts';
import { backupsOf, type Backup } from './backups.ts';
import { carryOver } from './carry-over.ts';
import { damageWasNoted, forgetDamage, isDamage } from './damage.ts';
import { examineCatalogue } from './examine.ts';
import { isOutOfSpace } from '../out-of-space.ts';

/** Milliseconds that looking at a catalogue may take at every start. */
const AT_START = 1000;

/**
 * To be called by who holds the library's lock, before the catalogue is opened.
 * @returns a sentence for the person where it was damaged
 * @throws LikenessError where it cannot be opened for another reason
 */
export function healCatalogue(libraryPath: string): Sentence | undefined {
  const path = cataloguePath(libraryPath);
  const restored = join(libraryPath, 'catalogue.restored.sqlite');
  // A program that was killed between setting aside and putting the copy in place.
  if (!existsSync(path) && existsSync(restored)) renameSync(restored, path);
  const examined = examineCatalogue(path, damageWasNoted(libraryPath) ? undefined : AT_START);
  if (examined.kind === 'damaged') {
    const backup = backupsOf(libraryPath).find(isSound);
    const kept = withRoom(path, () => makeCopy(restored, backup, path));
    const aside = setAside(libraryPath);
    renameSync(restored, path);
    forgetDamage(libraryPath);
    return describe(examined.why, aside, backup, kept);
  }
  if (examined.kind === 'sound' && examined.version !== examined.noted) setVersion(path, examined.version);
  rmSync(restored, { force: true });
  forgetDamage(libraryPath);
  return undefined;
}

function withRoom<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isOutOfSpace(error)) throw error;
    throw new LikenessError(
      'no-space',
      say`The catalogue ${path} is damaged, and the disk is too full to put a copy in its place. Make room and start Likeness again.`,
      { cause: error },
    );
  }
}

function isSound({ path }: Backup): boolean {
  try {
    return examineCatalogue(path).kind === 'sound';
  } catch (error) {
    // Of a later version, or of another program: it cannot take the place.
    if (!(error instanceof LikenessError)) throw error;
    return false;
  }
}

/**
 * Makes the file that takes the damaged one's place: of a backup or of nothing, with what can be read of what the person said.
 * @returns whether all of that could be read
 */
function makeCopy(to: string, backup: Backup | undefined, damaged: string): boolean {
  const part = `${to}.part`;
  for (const file of [part, `${part}-journal`]) rmSync(file, { force: true });
  if (backup) copyFileSync(backup.path, part);
  const copy = new Database(part);
  let whole = false;
  try {
    migrate(copy);
    whole = carryOverFrom(damaged, copy);
  } finally {
    copy.close();
  }
  renameSync(part, to);
  return whole;
}

function carryOverFrom(damaged: string, copy: Database.Database): boolean {
  let from: Database.Database | undefined;
  try {
    from = new Database(damaged, { readonly: true });
    return carryOver(from, copy).length === 0;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return false;
  } finally {
    from?.close();
  }
}

/** @returns the folder that the damaged files lie in now */
function setAside(libraryPath: string): string {
  const path = cataloguePath(libraryPath);
  const aside = join(libraryPath, 'damaged', new Date().toISOString().replace(/[:.]/g, '-'));
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  // The catalogue last: as long as it is there, this is begun again where it is broken off.
  for (const file of [`${path}-wal`, `${path}-shm`, path])
    if (existsSync(file)) renameSync(file, join(aside, basename(file)));
  return aside;
}

function setVersion(path: string, version: number): void {
  const db = new Database(path);
  try {
    db.pragma(`user_version = ${version}`);
  } finally {
    db.close();
  }
}

function describe(why: Sentence, aside: string, backup: Backup | undefined, whole: boolean): Sentence {
  const what = backup
    ? say`The catalogue was damaged (${why}). It was set aside in ${aside}, and the copy of ${day(backup.madeAt)} took its place. Photos that came since are read again.`
    : say`The catalogue was damaged (${why}). It was set aside in ${aside}, and a new one was begun, because there was no copy of it yet. Your photos are read again.`;
  return whole
    ? say`${what} What you said of your photos is all there.`
    : say`${what} What you said of your photos was kept as far as it could be read.`;
}

/** The day and time here, as 2026-11-26 15:17. */
function day(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16).replace('T', ' ');
}
