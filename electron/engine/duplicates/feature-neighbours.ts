// Pictures nearest to others by their features: among those that codes give, or among all where there is no model yet.
import type { Library } from '../../library/library.ts';
import type { PictureWhole } from '../../library/rows/content-rows.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import type { MakeVectorIndex } from '../../numeric/vector-index.ts';
import { normalizeRows } from '../../numeric/vectors.ts';
import type { ActiveModel } from '../codes/active-model.ts';
import { nearestTo, type Nearest } from '../codes/nearest.ts';
import { rankMany } from '../codes/ranking.ts';

/** Nearest by features among which the same picture is looked for, as in a search. */
const NEIGHBOURS = 50;
/** Nearest by codes that are sorted by features. */
const BY_CODES = 100;
/** Pictures that are read from the catalogue at once: others may ask it in between. */
const PAGE = 1000;

export interface NearPicture {
  readonly contentId: number;
  readonly cameraTakenAt: number | null;
  /** Squared, of unit vectors. */
  readonly distance: number;
}

export interface Neighbourhood {
  readonly contentId: number;
  readonly cameraTakenAt: number | null;
  /** The nearest first, without the picture itself. */
  readonly near: readonly NearPicture[];
}

interface Known extends Omit<PictureWhole, 'vector'> {
  /** float32, (dimensions), of unit length: a part of an array that holds many. */
  readonly unit: Float32Array;
}

/** Gives the nearest of some vectors among all. */
type Exact = (queries: Float32Array) => Promise<Nearest[]>;

export interface NeighbourSources {
  readonly library: Library;
  readonly embedder: EmbedderRow;
  /** What answers at this moment, if anything does. */
  readonly active: () => ActiveModel | undefined;
  /** Where this machine has one. */
  readonly makeVectorIndex: MakeVectorIndex | undefined;
}

export class FeatureNeighbours {
  readonly #sources: NeighbourSources;
  /** By region; undefined for what is no picture. */
  readonly #known = new Map<number, Known | undefined>();
  #exact: Promise<Exact> | undefined;
  #all: readonly Known[] = [];

  constructor(sources: NeighbourSources) {
    this.#sources = sources;
  }

  /** Of some pictures, those that are there. @param regionIds of their wholes */
  async of(regionIds: readonly number[]): Promise<Neighbourhood[]> {
    await this.#learn(regionIds);
    const own = regionIds.flatMap((id) => this.#known.get(id) ?? []);
    if (own.length === 0) return [];
    const active = this.#sources.active();
    return active ? this.#byCodes(own, active) : this.#amongAll(own);
  }

  async #byCodes(own: readonly Known[], active: ActiveModel): Promise<Neighbourhood[]> {
    const queries = own.map(({ regionId, unit }) => ({
      positives: [{ regionId, feature: unit }],
    }));
    const found = await rankMany(this.#sources.library, active, queries, BY_CODES, { codesOnly: true });
    await this.#learn([...new Set(found.flatMap(({ candidates }) => [...candidates.ids]))]);
    return own.map((one, i) => {
      const near = Array.from(found[i]!.candidates.ids).flatMap((id) => {
        const other = this.#known.get(id);
        return other && other !== one ? [nearPicture(other, squaredDistance(one.unit, other.unit))] : [];
      });
      return neighbourhood(one, near.sort((a, b) => a.distance - b.distance).slice(0, NEIGHBOURS));
    });
  }

  async #amongAll(own: readonly Known[]): Promise<Neighbourhood[]> {
    const { dimensions } = this.#sources.embedder;
    const exact = await (this.#exact ??= this.#readAll());
    const found = await exact(unitRows(own, dimensions));
    return own.map((one, i) => {
      const { places, distances } = found[i]!;
      const near = places.map((place, at) => nearPicture(this.#all[place]!, distances[at]!));
      return neighbourhood(one, near.filter(({ contentId }) => contentId !== one.contentId).slice(0, NEIGHBOURS));
    });
  }

  async #readAll(): Promise<Exact> {
    const { library, embedder, makeVectorIndex } = this.#sources;
    await this.#learn(library.features.regionIds(embedder.id));
    this.#all = [...this.#known.values()].filter((one) => one !== undefined);
    return nearestTo(unitRows(this.#all, embedder.dimensions), embedder.dimensions, NEIGHBOURS + 1, makeVectorIndex);
  }

  async #learn(regionIds: readonly number[]): Promise<void> {
    const { library, embedder } = this.#sources;
    const fresh = regionIds.filter((id) => !this.#known.has(id));
    for (let i = 0; i < fresh.length; i += PAGE) {
      const ids = fresh.slice(i, i + PAGE);
      for (const id of ids) this.#known.set(id, undefined);
      const wholes = library.contents.wholes(embedder.id, ids);
      const rows = new Float32Array(wholes.length * embedder.dimensions);
      for (const [at, { vector }] of wholes.entries()) rows.set(vector, at * embedder.dimensions);
      normalizeRows(rows, embedder.dimensions);
      for (const [at, { regionId, contentId, cameraTakenAt }] of wholes.entries()) {
        const unit = rows.subarray(at * embedder.dimensions, (at + 1) * embedder.dimensions);
        this.#known.set(regionId, { regionId, contentId, cameraTakenAt, unit });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** float32, (n, d) */
function unitRows(pictures: readonly Known[], d: number): Float32Array {
  const rows = new Float32Array(pictures.length * d);
  for (const [i, { unit }] of pictures.entries()) rows.set(unit, i * d);
  return rows;
}

const nearPicture = ({ contentId, cameraTakenAt }: Known, distance: number): NearPicture => ({
  contentId,
  cameraTakenAt,
  distance,
});

const neighbourhood = ({ contentId, cameraTakenAt }: Known, near: readonly NearPicture[]): Neighbourhood => ({
  contentId,
  cameraTakenAt,
  near,
});

/** Of unit vectors. */
function squaredDistance(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  for (let t = 0; t < a.length; t++) dot += a[t]! * b[t]!;
  return 2 - 2 * dot;
}
