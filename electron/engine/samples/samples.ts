// A few pictures that come along, drawn by build/samples.ts, so that somebody without photos here sees what a search does. They are really
// searched: the embedder looks at them when they are asked for.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { LikenessError } from '../../contract/errors.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';
import { say } from '../../contract/sentence.ts';

/** Pictures, by their numbers from 1 on; of three kinds in turn. */
const COUNT = 15;
/** Those that are offered: one of each kind. */
const OFFERED = [1, 2, 3];
/** Results of a search. */
const RESULTS = 4;

export class Samples {
  readonly #readers: ReaderPool;
  readonly #space: () => EmbeddingSpace;
  /** Features by an embedder, in the order of the pictures. */
  #seen: { by: string; features: Promise<Float32Array[]> } | undefined;

  constructor(readers: ReaderPool, space: () => EmbeddingSpace) {
    this.#readers = readers;
    this.#space = space;
  }

  list(): { sampleIds: number[] } {
    return { sampleIds: OFFERED };
  }

  /** The pictures most like one, best first. @throws LikenessError 'not-found' */
  async search(sampleId: number): Promise<{ sampleIds: number[] }> {
    const features = await this.#look();
    const asked = features[sampleId - 1];
    if (!asked) throw noSample();
    const likeness = (other: Float32Array): number => other.reduce((sum, value, i) => sum + value * asked[i]!, 0);
    const others = features.map((feature, i) => ({ id: i + 1, score: likeness(feature) / Math.hypot(...feature) }));
    const ranked = others.filter(({ id }) => id !== sampleId).sort((a, b) => b.score - a.score);
    return { sampleIds: ranked.slice(0, RESULTS).map(({ id }) => id) };
  }

  /** JPEG. @throws LikenessError 'not-found' */
  async picture(sampleId: number): Promise<Uint8Array> {
    if (sampleId > COUNT) throw noSample();
    return readFile(fileURLToPath(new URL(`./pictures/${sampleId}.jpg`, import.meta.url)));
  }

  #look(): Promise<Float32Array[]> {
    const space = this.#space();
    const by = space.row.fingerprint;
    if (this.#seen?.by !== by) {
      const features = space.use(() => this.#embed(space));
      this.#seen = { by, features };
      // What failed is tried again the next time.
      features.catch(() => (this.#seen = undefined));
    }
    return this.#seen.features;
  }

  async #embed({ embedder }: EmbeddingSpace): Promise<Float32Array[]> {
    const features: Float32Array[] = [];
    for (let id = 1; id <= COUNT; id++) {
      const { pixels } = await this.#readers.decodeBytes(await this.picture(id), embedder.input);
      features.push((await embedder.embed([pixels]))[0]!);
    }
    return features;
  }
}

const noSample = (): LikenessError => new LikenessError('not-found', say`There is no such picture.`);
