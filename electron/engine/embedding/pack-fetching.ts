// Embedders from the hub: asked about and fetched only when the person says so, one at a time.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from '../../contract/environment.ts';
import { LikenessError, saidBy } from '../../contract/errors.ts';
import type { EmbedderPack, OfferedPack, PackOffer, PackOrigin, PackProgress } from '../../contract/embedders.ts';
import { say } from '../../contract/sentence.ts';
import type { Library } from '../../library/library.ts';
import { isOutOfSpace } from '../../library/out-of-space.ts';
import { bytesHere, fetchPack, lookUpPack, type HubPack, type HubTools } from '../../vision/hub/hub.ts';
import { makeHubFetch } from '../../vision/hub/hub-fetch.ts';
import { readOfferedPacks, type OfferedPacks } from '../../vision/hub/offered-packs.ts';
import { fastest, type Trials } from '../../vision/providers.ts';
import type { EmbedderPacks } from './embedder-packs.ts';

export interface PackFetchingParts {
  readonly library: Library;
  readonly packs: EmbedderPacks;
  readonly onProgress: (progress: PackProgress) => void;
}

/** Milliseconds between two words about progress. */
const PAUSE = 250;

export class PackFetching {
  readonly #parts: PackFetchingParts;
  readonly #offered = readOfferedPacks();
  /** Where files lie until all have come. */
  readonly #folder: string;
  #tools: HubTools | undefined;
  #running: { stop: AbortController; ended: Promise<unknown> } | undefined;
  #progress: PackProgress | null = null;

  constructor(parts: PackFetchingParts) {
    this.#parts = parts;
    this.#folder = join(parts.library.path, 'embedders', 'fetched');
  }

  list(): { packs: OfferedPack[]; progress: PackProgress | null } {
    const { library } = this.#parts;
    const rows = library.packs.all();
    const here = new Set(rows.map(({ origin }) => origin && (JSON.parse(origin) as PackOrigin).repository));
    const speed = rows.find(({ builtIn, speed: known }) => builtIn === 1 && known !== null)?.speed;
    const each = speed ? fastest((JSON.parse(speed) as Trials).trials).milliseconds : null;
    const { host } = new URL(environment().hub);
    const packs = this.#offered.packs.map(({ id, name, goodAt, repository, licence, languages, multiplyAdds }) => ({
      ...{ id, name, goodAt, repository, host, licence, languages },
      expectedMilliseconds: each === null ? null : (each * multiplyAdds) / this.#offered.builtInMultiplyAdds,
      here: here.has(repository),
    }));
    return { packs, progress: this.#progress };
  }

  /** Asks the hub. @throws LikenessError 'not-found' or 'unavailable' */
  async offer(id: string): Promise<PackOffer> {
    const pack = await lookUpPack(this.#find(id), this.#reach());
    return {
      id,
      address: `${pack.hub}/${pack.repository}/tree/${pack.revision}`,
      revision: pack.revision,
      licence: pack.licence,
      files: pack.files.map(({ path, bytes }) => ({ path, bytes })),
      bytes: totalOf(pack),
      here: await bytesHere(pack, this.#folderOf(pack)),
    };
  }

  /**
   * Fetches a pack at a commit that was offered, and adds it to the library.
   * @throws LikenessError where it cannot be fetched or used, and 'cancelled' where it was stopped
   */
  fetch(id: string, revision: string): Promise<EmbedderPack> {
    if (this.#running)
      return Promise.reject(
        new LikenessError('already-running', say`Another embedder is being fetched. Wait for it, or stop it first.`),
      );
    const stop = new AbortController();
    const ended = this.#fetch(id, revision, stop.signal).finally(() => (this.#running = undefined));
    this.#running = { stop, ended };
    ended.catch(() => undefined);
    return ended;
  }

  stop(): void {
    this.#running?.stop.abort(new LikenessError('cancelled', say`The fetching was stopped. What came is kept.`));
  }

  async close(): Promise<void> {
    this.stop();
    await this.#running?.ended.catch(() => undefined);
  }

  async #fetch(id: string, revision: string, signal: AbortSignal): Promise<EmbedderPack> {
    const tell = (progress: Partial<PackProgress>): void => {
      this.#progress = { id, state: 'fetching', done: 0, total: 0, trouble: null, ...this.#progress, ...progress };
      this.#parts.onProgress(this.#progress);
    };
    this.#progress = null;
    tell({});
    try {
      const offered = this.#find(id);
      const pack = await lookUpPack(offered, this.#reach(), revision);
      const folder = this.#folderOf(pack);
      await this.#removeOthers(pack);
      await mkdir(folder, { recursive: true });
      tell({ total: totalOf(pack), done: await bytesHere(pack, folder) });
      let told = 0;
      const onProgress = (done: number): void => {
        if (Date.now() - told < PAUSE) return;
        told = Date.now();
        tell({ done });
      };
      await fetchPack(pack, folder, this.#reach(), onProgress, signal);
      tell({ state: 'trying', done: totalOf(pack) });
      const { packs } = this.#parts;
      const facts = { name: offered.name, licence: offered.licence, files: offered.files };
      const row = await packs.addFolder(folder, facts, pack);
      await rm(folder, { recursive: true, force: true });
      tell({ state: 'done' });
      return await packs.describe(row, undefined, undefined);
    } catch (error) {
      const full = isOutOfSpace(error);
      const said = full
        ? new LikenessError(
            'no-space',
            say`The disk that holds the library is full. Make room, and go on: what came is kept.`,
            {
              cause: error,
            },
          )
        : error;
      tell(signal.aborted ? { state: 'stopped' } : { state: 'failed', trouble: saidBy(said) });
      throw signal.aborted ? signal.reason : said;
    }
  }

  #find(id: string): OfferedPacks['packs'][number] {
    const pack = this.#offered.packs.find((one) => one.id === id);
    if (!pack)
      throw new LikenessError(
        'not-found',
        say`There is no embedder named "${id}" to fetch. There are ${this.#offered.packs.map((one) => one.id).join(', ')}.`,
      );
    return pack;
  }

  /** Made when it is first needed: without the person's word nothing is ready to reach anybody. */
  #reach(): HubTools {
    return (this.#tools ??= { hub: environment().hub, fetch: makeHubFetch() });
  }

  #folderOf({ repository, revision }: HubPack): string {
    return join(this.#folder, `${repository.replace('/', ' ')} ${revision}`);
  }

  /** What came of other commits is of no use any more. */
  async #removeOthers(pack: HubPack): Promise<void> {
    const [prefix] = this.#folderOf({ ...pack, revision: '' })
      .split(/[\\/]/)
      .slice(-1);
    const names = await readdir(this.#folder).catch(() => []);
    const old = names.filter((name) => name.startsWith(prefix!) && !name.endsWith(pack.revision));
    await Promise.all(old.map((name) => rm(join(this.#folder, name), { recursive: true, force: true })));
  }
}

function totalOf({ files }: HubPack): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
