// Walks a folder and finds the files that claim to be pictures. It looks; it changes nothing.
import { type Dirent } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isNoAnswer } from './answers.ts';
import { besideNames, isNamedAsBeside } from './beside.ts';
import { claimByName, pictureTypeOf, SNIFF_BYTES } from './formats.ts';
import { isWithin } from './paths.ts';
import { LikenessError } from '../../contract/errors.ts';
import { say, type Sentence, verbatim } from '../../contract/sentence.ts';

/** Folders in which systems and programs keep what no person put there. */
const SKIPPED_FOLDERS = new Set(['node_modules', '@eaDir', '$RECYCLE.BIN', 'System Volume Information', 'lost+found']);

/** Bytes of a file that may lie beside its name, on any file system. */
const INLINE = 65_536;

export interface FoundFile {
  path: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970, UTC. */
  modifiedAt: number;
}

export interface WalkOptions {
  /** Real paths of the folders watched, so that a link into one of them does not count its photos twice. */
  readonly roots: readonly string[];
  /** Never entered: the library's own folder. */
  readonly exclude: readonly string[];
  readonly signal?: AbortSignal;
  /** Whether a file without room on the disk is one that lies in the cloud. */
  readonly placeholders?: boolean;
  /** Puts questions to the file system, which may never answer; they are put as they are where it is not given. */
  readonly ask?: Ask;
}

export type Ask = <T>(question: () => Promise<T>) => Promise<T>;

const asItIs: Ask = (question) => question();

type LookOptions = Pick<WalkOptions, 'placeholders' | 'ask'>;

export type WalkFinding =
  | { kind: 'picture' | 'video'; file: FoundFile }
  /** Says something of a photo beside it. */
  | { kind: 'beside'; file: FoundFile }
  /** Claims to be a picture or a video but cannot even be looked at. */
  | { kind: 'unreadable-file'; path: string; reason: Sentence }
  /** A folder that could not be read: what lies below it is not known to be gone. */
  | { kind: 'unreadable-folder'; path: string; reason: Sentence }
  /** Lies in the cloud, and would be fetched if it were read. */
  | { kind: 'not-here'; file: FoundFile }
  | { kind: 'ignored'; path: string }
  /** A folder elsewhere that a link leads to; it wants watching of its own. */
  | { kind: 'linked-folder'; path: string; target: string };

/** Whether a name is one that a scan passes over: hidden, or a system's own. */
export function isSkippedName(name: string): boolean {
  return name.startsWith('.') || SKIPPED_FOLDERS.has(name);
}

/**
 * Everything below a folder, each real file once: a link to a place inside a watched folder is passed over
 * (the place itself is visited), and a link elsewhere is followed once, so that loops of links end.
 * @throws LikenessError 'unavailable' where the file system does not answer any more: what was not met may be there
 * @param root an absolute path; findings carry paths below it as they are spelled, links and all
 */
export async function* walkFolder(root: string, options: WalkOptions): AsyncGenerator<WalkFinding> {
  const ask = options.ask ?? asItIs;
  const visited = new Set<string>();
  const pending: { path: string; real: string }[] = [{ path: root, real: await ask(() => realpath(root)) }];
  while (pending.length > 0) {
    const folder = pending.pop()!;
    options.signal?.throwIfAborted();
    if (visited.has(folder.real) || options.exclude.some((place) => isWithin(folder.real, place))) continue;
    visited.add(folder.real);
    let entries: Dirent[];
    try {
      entries = await ask(() => readdir(folder.path, { withFileTypes: true }));
    } catch (error) {
      if (isNoAnswer(error)) throw error;
      yield { kind: 'unreadable-folder', path: folder.path, reason: describeFileError(error) };
      continue;
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const isBeside = namesBeside(entries);
    for (const entry of entries) {
      options.signal?.throwIfAborted();
      if (isSkippedName(entry.name)) continue;
      const path = join(folder.path, entry.name);
      if (entry.isDirectory()) pending.push({ path, real: join(folder.real, entry.name) });
      else if (entry.isFile()) yield* lookAt(path, isBeside(entry.name), options);
      else if (entry.isSymbolicLink()) {
        const target = await ask(() => outsideTarget(path, options.roots));
        if (target?.directory) {
          yield { kind: 'linked-folder', path, target: target.real };
          pending.push({ path, real: target.real });
        } else if (target) yield* lookAt(path, isBeside(entry.name), options);
      }
    }
  }
}

/** Which names in a folder are of files that may say something of a photo in it. */
function namesBeside(entries: readonly Dirent[]): (name: string) => boolean {
  const candidates = entries.filter(({ name }) => isNamedAsBeside(name));
  if (candidates.length === 0) return () => false;
  const names = new Set(
    entries.filter(({ name }) => claimByName(name) !== 'other').flatMap(({ name }) => besideNames(name)),
  );
  return (name) => names.has(name);
}

/** What a scan would find at one path that is not a folder; nothing where it is gone or not its own file. */
export async function findAt(
  path: string,
  { roots, ...options }: Pick<WalkOptions, 'roots'> & LookOptions,
): Promise<WalkFinding | undefined> {
  try {
    const entry = await lstat(path);
    if (entry.isSymbolicLink() && !(await outsideTarget(path, roots))) return undefined;
  } catch {
    return undefined;
  }
  for await (const finding of lookAt(path, isNamedAsBeside(path), options)) return finding;
  return undefined;
}

/** One file's finding, or none where it is gone. Follows a link to its file. */
async function* lookAt(
  path: string,
  isBeside: boolean,
  { placeholders = false, ask = asItIs }: LookOptions,
): AsyncGenerator<WalkFinding> {
  const claim = claimByName(path);
  if (claim === 'other' && !isBeside) {
    yield { kind: 'ignored', path };
    return;
  }
  try {
    const stats = await ask(() => stat(path));
    if (!stats.isFile()) return;
    const file: FoundFile = { path, size: stats.size, modifiedAt: stats.mtimeMs };
    if (isBeside) yield { kind: 'beside', file };
    else if (placeholders && isNotHere(stats))
      yield claim === 'unknown' ? { kind: 'ignored', path } : { kind: 'not-here', file };
    else if (claim === 'unknown' && !(await ask(() => sniff(path)))) yield { kind: 'ignored', path };
    else {
      const kind = claim === 'video' ? 'video' : 'picture';
      yield { kind, file };
    }
  } catch (error) {
    // A place that has stopped answering says nothing of its files.
    if (isNoAnswer(error)) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    if (claim === 'picture' || claim === 'video')
      yield { kind: 'unreadable-file', path, reason: describeFileError(error) };
    else yield { kind: 'ignored', path };
  }
}

/**
 * Whether a file's bytes are kept by a service in the cloud (OneDrive, iCloud Drive, Dropbox) and not here: it takes no room on the disk.
 * Small files may take none because the file system keeps them beside their names.
 */
function isNotHere({ size, blocks }: { size: number; blocks: number }): boolean {
  return size > INLINE && blocks === 0;
}

async function sniff(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return (await pictureTypeOf(buffer.subarray(0, bytesRead))) !== undefined;
  } finally {
    await handle.close();
  }
}

/** Where a link leads, unless that is nowhere or inside a watched folder, where it is met without the link. */
async function outsideTarget(
  path: string,
  roots: readonly string[],
): Promise<{ real: string; directory: boolean } | undefined> {
  try {
    const real = await realpath(path);
    if (roots.some((root) => isWithin(real, root))) return undefined;
    return { real, directory: (await stat(real)).isDirectory() };
  } catch {
    // A link to nothing, or in a circle with itself: there is no file to miss.
    return undefined;
  }
}

const FILE_ERRORS: Record<string, Sentence> = {
  EACCES: say`there is no permission to read it`,
  EPERM: say`there is no permission to read it`,
  ENOENT: say`it is not there`,
  ENOTDIR: say`it is not a folder`,
  EIO: say`the drive reports an error while reading it`,
  ELOOP: say`it is a link that leads in a circle`,
  ENAMETOOLONG: say`its path is too long`,
  EBUSY: say`another program holds it; once that is done, try again`,
  EMFILE: say`too many files are open`,
  ENOSPC: say`the disk is full`,
};

/** A file system error in words. */
export function describeFileError(error: unknown): Sentence {
  if (error instanceof LikenessError) return error.said;
  const { code, message } = error as NodeJS.ErrnoException;
  return FILE_ERRORS[code ?? ''] ?? verbatim(code ? `${code}: ${message}` : message);
}
