// Keeps the catalogue's photos in step with what lies in the watched folders.
import { readdir, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import pLimit from 'p-limit';
import { LikenessError } from '../../contract/errors.ts';
import type { FolderRow } from '../../library/rows/folder-rows.ts';
import type { Library } from '../../library/library.ts';
import { isWithin } from '../../library/files/paths.ts';
import type { ListVolumes } from '../../library/files/volumes.ts';
import { Answers, isNoAnswer } from '../../library/files/answers.ts';
import type { IsOnShare } from '../../library/files/network-share.ts';
import { describeFileError, findAt, walkFolder, type Ask, type WalkFinding } from '../../library/files/walk.ts';
import { watchFolder, type FolderWatch, type WatchOptions } from '../../library/files/watch.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import { Drives, holdsPhotosOf } from './drives.ts';
import type { RhythmLimits } from './look-rhythm.ts';
import { LookTimes } from './look-times.ts';

export interface FolderSyncHandlers {
  /** There may be photos to read. */
  onWork(): void;
  onPhotosRemoved(photoIds: number[]): void;
  onFoldersChanged(): void;
  onWalkProgress(found: number): void;
  /** A folder of which no photo is known is about to be looked through. @param ask puts questions to its file system */
  onFirstLook(row: FolderRow, ask: Ask, signal: AbortSignal): Promise<void>;
  /** A task of its own failed; it cannot go on alone. */
  onError(error: unknown): void;
}

/** What there is to know of the places where folders lie. */
export interface FolderPlaces {
  readonly listVolumes: ListVolumes;
  readonly isOnShare: IsOnShare;
  /** Whether files that take no room lie in the cloud, as they do on Windows and macOS. */
  readonly placeholders: boolean;
  /** How often folders that cannot be watched are looked through; as is usual where it is not given. */
  readonly rhythm?: RhythmLimits | undefined;
  /** How folders are watched; by chokidar where it is not given. */
  readonly watch?: WatchOptions['watch'];
}

export interface WalkCounts {
  new: number;
  changed: number;
  unchanged: number;
  ignored: number;
}

const ON_SHARE = say`This folder lies on another computer, which tells of no changes, so it is looked through every few minutes instead.`;
const NOT_HERE = say`Its bytes are kept in the cloud and not here. Let the cloud's program fetch it, or try again to have it fetched and read`;
const WRITE_EVERY = 500;
/** Milliseconds that events are gathered before they are looked at. */
const GATHER = 400;
/** Notices at once beyond which the system may have dropped some: on Linux it keeps 16,384. */
const BURST = 2000;
/** Milliseconds between looks for a drive that is not there. */
const LOOK_FOR_DRIVES = 10_000;

export class FolderSync {
  readonly #library: Library;
  readonly #handlers: FolderSyncHandlers;
  readonly #watching: boolean;
  readonly #oneAtATime = pLimit(1);
  readonly #stopping = new AbortController();
  readonly #watches = new Map<number, FolderWatch[]>();
  readonly #notices = new Map<string, Sentence>();
  readonly #changed = new Map<string, { folder: FolderRow; path: string }>();
  readonly #gone = new Map<string, { folder: FolderRow; path: string }>();
  readonly #lookTimes: LookTimes;
  readonly #answers = new Answers();
  readonly #places: FolderPlaces;
  #gathering: NodeJS.Timeout | undefined;
  #driveTimer: NodeJS.Timeout | undefined;
  #walksRunning = 0;
  #starting: Promise<unknown> = Promise.resolve();

  readonly #drives: Drives;

  /** @param watching false where folders are scanned once and not followed */
  constructor(library: Library, watching: boolean, places: FolderPlaces, handlers: FolderSyncHandlers) {
    this.#library = library;
    this.#places = places;
    this.#drives = new Drives(library, places.listVolumes);
    this.#lookTimes = new LookTimes(places.rhythm, (folderId) => this.#lookThrough(folderId));
    this.#watching = watching;
    this.#handlers = handlers;
    if (watching) this.#driveTimer = setInterval(() => this.#guard(this.#lookForDrives()), LOOK_FOR_DRIVES).unref();
  }

  get walking(): boolean {
    return this.#walksRunning > 0;
  }

  /** What a person should know about how a folder is watched. */
  notice(path: string): Sentence | null {
    return this.#notices.get(path) ?? null;
  }

  /**
   * @returns the folder now watched: the one given, or the watched one that it lies in
   * @throws LikenessError 'not-found' or 'bad-input' with what was wrong
   */
  async add(given: string): Promise<FolderRow> {
    const path = await this.#checkFolder(given);
    const rows = this.#library.folders.all();
    const around = rows.find((row) => isWithin(path, row.path));
    if (around) return around;
    const inside = rows.filter((row) => isWithin(row.path, path));
    for (const row of inside) await this.#unwatch(row.id);
    const device = String((await stat(path)).dev);
    const id = this.#library.folders.add(
      path,
      device,
      inside.map((row) => row.id),
      Date.now(),
    );
    this.#handlers.onFoldersChanged();
    return this.#row(id)!;
  }

  /**
   * Lets a folder lie somewhere else now, with all its photos; nothing of them is read again.
   * @throws LikenessError 'bad-input' where that is another folder
   */
  async relocate(folderId: number, given: string): Promise<void> {
    const row = this.#row(folderId);
    if (!row) throw new LikenessError('not-found', say`There is no folder with the number ${folderId}.`);
    const path = await this.#checkFolder(given);
    if (path === row.path) return;
    const other = this.#library.folders
      .all()
      .find((one) => one.id !== folderId && (isWithin(path, one.path) || isWithin(one.path, path)));
    if (other)
      throw new LikenessError(
        'bad-input',
        say`${path} cannot take its place: the folder ${other.path} is watched there.`,
      );
    if (!(await holdsPhotosOf(this.#library, row, path)))
      throw new LikenessError(
        'bad-input',
        say`${path} does not hold the photos of ${row.path}. Choose the folder in which they lie now.`,
      );
    await this.#move(row, path);
  }

  /** Stops watching a folder and marks it as removed; its photos are deleted by content-removal.ts. */
  async remove(folderId: number): Promise<void> {
    const row = this.#row(folderId);
    if (!row) throw new LikenessError('not-found', say`There is no folder with the number ${folderId}.`);
    await this.#unwatch(folderId);
    this.#notices.delete(row.path);
    this.#library.folders.markRemoved(folderId, Date.now());
    this.#handlers.onFoldersChanged();
  }

  /** Watches and scans every folder. */
  async startAll(): Promise<void> {
    this.#starting = Promise.all(this.#library.folders.all().map((row) => this.#startWhereItIs(row)));
    await this.#starting;
  }

  /** Watches a folder where watching is on, then scans it: in that order, so that nothing falls between. */
  async start(row: FolderRow): Promise<WalkCounts> {
    if (this.#watching && !this.#watches.has(row.id)) {
      this.#watches.set(row.id, []);
      if (await this.#places.isOnShare(row.path)) {
        this.#lookInstead(row, ON_SHARE);
      } else await this.#watch(row, row.path, row.path);
    }
    return this.#oneAtATime(() => this.#walk(row));
  }

  /** Looks at some files soon: they may have come, changed or gone. */
  lookAt(paths: readonly string[]): void {
    const rows = this.#library.folders.all();
    for (const path of paths) {
      const row = rows.find((one) => isWithin(path, one.path));
      if (row) this.#gather(this.#changed, row, path);
    }
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#gathering);
    clearInterval(this.#driveTimer);
    this.#lookTimes.close();
    await Promise.all([...this.#watches.keys()].map((id) => this.#unwatch(id)));
    await this.#oneAtATime(() => Promise.resolve());
    // Whoever started it hears why it failed.
    await this.#starting.catch(() => undefined);
  }

  async #checkFolder(given: string): Promise<string> {
    const absolute = resolve(given);
    let path: string;
    try {
      path = await realpath(absolute);
      if (!(await stat(path)).isDirectory())
        throw new LikenessError('bad-input', say`${absolute} is a file; a folder was expected.`);
      await readdir(path);
    } catch (error) {
      if (error instanceof LikenessError) throw error;
      const code = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'not-found' : 'bad-input';
      throw new LikenessError(code, say`The folder ${absolute} cannot be used: ${describeFileError(error)}.`, {
        cause: error,
      });
    }
    if (isWithin(path, await realpath(this.#library.path))) {
      throw new LikenessError(
        'bad-input',
        say`${absolute} is where Likeness keeps its own files; choose a folder of photos.`,
      );
    }
    return path;
  }

  async #walk(row: FolderRow): Promise<WalkCounts> {
    const counts: WalkCounts = { new: 0, changed: 0, unchanged: 0, ignored: 0 };
    if (this.#stopping.signal.aborted || !this.#stillWatched(row) || !(await this.#checkAvailable(row))) return counts;
    this.#walksRunning++;
    const start = performance.now();
    let changed = false;
    try {
      const seen = this.#nextWalkNumber();
      const blind: string[] = [];
      let findings: WalkFinding[] = [];
      const write = (): void => {
        if (findings.length === 0) return;
        this.#library.inTransaction(() => {
          for (const finding of findings) this.#record(row, finding, seen, counts, blind);
        });
        findings = [];
        this.#handlers.onWalkProgress(counts.new + counts.changed + counts.unchanged);
        if (counts.new + counts.changed > 0) this.#handlers.onWork();
      };
      const ask: Ask = (question) => this.#answers.ask(row.path, question);
      if (!this.#library.folders.photoCounts().get(row.id))
        await this.#handlers.onFirstLook(row, ask, this.#stopping.signal);
      for await (const finding of walkFolder(row.path, { ...this.#walkOptions(), ask })) {
        if (finding.kind === 'linked-folder' && this.#watching && !this.#lookTimes.reason(row.id))
          await this.#watch(row, finding.path, finding.target);
        findings.push(finding);
        if (findings.length >= WRITE_EVERY) write();
      }
      write();
      // What was not met is gone, unless the drive left while it was looked through.
      if (this.#stillWatched(row) && (await this.#checkAvailable(row)) && !blind.includes(row.path)) {
        const gone = this.#library.photos.unseen(row.id, seen, blind);
        this.#remove(gone);
        this.#library.beside.goneUnseen(row.id, seen, blind);
        changed ||= gone.length > 0;
        const reason = this.#lookTimes.reason(row.id);
        if (reason && blind.length === 0) this.#notices.set(row.path, reason);
      }
      changed ||= counts.new + counts.changed > 0;
      this.#handlers.onWork();
      return counts;
    } catch (error) {
      if (this.#stopping.signal.aborted) return counts;
      if (!isNoAnswer(error)) throw error;
      this.#notices.set(row.path, describeFileError(error));
      return counts;
    } finally {
      this.#walksRunning--;
      this.#lookTimes.ended(row.id, performance.now() - start, changed);
      this.#handlers.onFoldersChanged();
    }
  }

  #record(row: FolderRow, finding: WalkFinding, seen: number, counts: WalkCounts, blind: string[]): void {
    if (finding.kind === 'picture' || finding.kind === 'video')
      counts[this.#library.photos.reconcile(row.id, finding.file, seen)]++;
    else if (finding.kind === 'not-here')
      counts[this.#library.photos.reconcileNotHere(row.id, finding.file, seen, NOT_HERE)]++;
    else if (finding.kind === 'beside') this.#library.beside.reconcile(row.id, finding.file, seen);
    else if (finding.kind === 'ignored') counts.ignored++;
    else if (finding.kind === 'unreadable-folder') {
      blind.push(finding.path);
      this.#notices.set(row.path, say`${finding.path} could not be looked into: ${finding.reason}.`);
    } else if (finding.kind === 'unreadable-file') {
      this.#library.photos.reconcile(row.id, { path: finding.path, size: 0, modifiedAt: 0 }, seen);
      this.#library.photos.fail(
        this.#library.photos.byPath(finding.path)!.id,
        say`It cannot be read: ${finding.reason}`,
      );
    }
  }

  #nextWalkNumber(): number {
    const next = Number(this.#library.settings.get('scan') ?? 0) + 1;
    this.#library.settings.set('scan', String(next));
    return next;
  }

  #walkOptions() {
    return {
      placeholders: this.#places.placeholders,
      roots: this.#library.folders.all().map(({ path }) => path),
      exclude: [this.#library.path],
      signal: this.#stopping.signal,
    };
  }

  /** On its drive, wherever that is connected. */
  async #startWhereItIs(row: FolderRow): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    if (!(await this.#checkAvailable(row)) && (await this.#followDrive(row))) return;
    await this.start(row);
  }

  /** @returns whether a folder's drive is connected somewhere else than before, and the folder has moved with it */
  async #followDrive(row: FolderRow): Promise<boolean> {
    const path = await this.#drives.placeNow(row);
    const taken = this.#library.folders
      .all()
      .some((one) => path && (isWithin(path, one.path) || isWithin(one.path, path)));
    if (path === undefined || taken) return false;
    await this.#move(row, path);
    return true;
  }

  async #move(row: FolderRow, path: string): Promise<void> {
    await this.#unwatch(row.id);
    this.#notices.delete(row.path);
    this.#drives.forget(row.id);
    this.#library.folders.move(row.id, row.path, path);
    this.#handlers.onFoldersChanged();
    this.#guard(this.start(this.#row(row.id)!));
  }

  #row(folderId: number): FolderRow | undefined {
    return this.#library.folders.all().find(({ id }) => id === folderId);
  }

  #stillWatched(row: FolderRow): boolean {
    return this.#library.folders.all().some(({ id }) => id === row.id);
  }

  /**
   * Whether a folder's drive is there. An empty folder on another device than before, where photos were, is
   * the mount point of a drive that is not.
   */
  async #checkAvailable(row: FolderRow): Promise<boolean> {
    const known = this.#library.folders.all().find(({ id }) => id === row.id);
    if (!known) return false;
    let available = false;
    let reason: Sentence | undefined;
    let device = known.device;
    try {
      const ask: Ask = (question) => this.#answers.ask(row.path, question);
      device = String((await ask(() => stat(row.path))).dev);
      const empty = (await ask(() => readdir(row.path))).length === 0;
      const held = (this.#library.folders.photoCounts().get(row.id) ?? 0) > 0;
      available = !(empty && held && device !== known.device) && (await this.#drives.isItsOwn(known, device));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES')
        reason = say`There is no permission to look into this folder.`;
      else if (isNoAnswer(error)) reason = describeFileError(error);
    }
    if (!available) {
      if (reason) this.#notices.set(row.path, reason);
      else this.#notices.delete(row.path);
    }
    if (available !== known.available || (available && device !== known.device)) {
      this.#library.folders.setAvailable(row.id, available, available ? device : undefined);
      this.#handlers.onFoldersChanged();
      this.#handlers.onWork();
    }
    return available;
  }

  async #lookForDrives(): Promise<void> {
    for (const row of this.#library.folders.all()) {
      const before = row.available;
      if (await this.#checkAvailable(row)) {
        if (before) continue;
        await this.#unwatch(row.id);
        await this.start(row);
      } else {
        this.#drives.forget(row.id);
        await this.#followDrive(row);
      }
    }
  }

  /** @param shown the folder's path in the catalogue; @param real where its files are, the same but for links */
  async #watch(row: FolderRow, shown: string, real: string): Promise<void> {
    const watches = this.#watches.get(row.id);
    if (!watches) return;
    const inCatalogue = (path: string): string => shown + path.slice(real.length);
    const watch = watchFolder(
      real,
      { exclude: [this.#library.path], ...(this.#places.watch && { watch: this.#places.watch }) },
      {
        onFile: (path) => this.#gather(this.#changed, row, inCatalogue(path)),
        onGone: (path) => this.#gather(this.#gone, row, inCatalogue(path)),
        onEnd: (reason) => {
          this.#lookInstead(row, reason);
          this.#lookTimes.ended(row.id, 0, true);
          this.#handlers.onFoldersChanged();
        },
      },
    );
    watches.push(watch);
    await watch.ready;
  }

  async #unwatch(folderId: number): Promise<void> {
    const watches = this.#watches.get(folderId) ?? [];
    this.#lookTimes.forgetRhythm(folderId);
    this.#watches.delete(folderId);
    await Promise.all(watches.map((watch) => watch.close()));
  }

  /** From now on a folder is looked through by a rhythm. */
  #lookInstead(row: FolderRow, reason: Sentence): void {
    this.#lookTimes.takeRhythm(row.id, reason);
    this.#notices.set(row.path, reason);
  }

  #gather(into: Map<string, { folder: FolderRow; path: string }>, folder: FolderRow, path: string): void {
    into.set(path, { folder, path });
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#guard(this.#oneAtATime(() => this.#follow()));
    }, GATHER);
  }

  /** Looks at what the system gave notice of. What it said is not taken on trust: the disk is asked. */
  async #follow(): Promise<void> {
    const changed = [...this.#changed.values()];
    const gone = [...this.#gone.values()];
    this.#changed.clear();
    this.#gone.clear();
    const reachable = new Map<number, boolean>();
    for (const { folder } of [...changed, ...gone]) {
      if (!reachable.has(folder.id)) reachable.set(folder.id, await this.#checkAvailable(folder));
    }
    const options = this.#walkOptions();
    const seen = Number(this.#library.settings.get('scan') ?? 0);
    const counts: WalkCounts = { new: 0, changed: 0, unchanged: 0, ignored: 0 };
    for (const { folder, path } of changed) {
      if (!reachable.get(folder.id)) continue;
      const finding = await findAt(path, options);
      if (finding && this.#stillWatched(folder))
        this.#library.inTransaction(() => this.#record(folder, finding, seen, counts, []));
    }
    for (const { folder, path } of gone) {
      if (!reachable.get(folder.id) || (await exists(path))) continue;
      this.#remove(this.#library.photos.under(path));
      this.#library.beside.goneAt(path);
    }
    if (changed.length + gone.length > BURST)
      for (const id of new Set([...changed, ...gone].map(({ folder }) => folder.id))) this.#lookTimes.soon(id);
    this.#handlers.onWork();
  }

  #lookThrough(folderId: number): void {
    const row = this.#row(folderId);
    if (row) this.#guard(this.#oneAtATime(() => this.#walk(row)));
  }

  #remove(photoIds: number[]): void {
    if (photoIds.length === 0) return;
    this.#library.photos.remove(photoIds);
    this.#handlers.onPhotosRemoved(photoIds);
  }

  #guard(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#handlers.onError(error);
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
