// Finds photos that are there more than once. Nothing is changed.
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { DuplicateKind } from '../../contract/duplicates.ts';
import type { Library } from '../../library/library.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import { fromHalf } from '../../numeric/half.ts';
import { COPIES } from '../../numeric/picture-correlation.ts';
import type { MakeVectorIndex } from '../../numeric/vector-index.ts';
import { normalizeRows } from '../../numeric/vectors.ts';
import { FeatureMatrix } from '../../search/exact.ts';
import { findNearDuplicates } from '../../search/near-duplicates.ts';
import { stars } from '../../search/stars.ts';

export interface DuplicateFile {
  photoId: number;
  path: string;
  /** Pixels. */
  width: number;
  height: number;
  bytes: number;
  /** Milliseconds, as in the order of photos. */
  takenAt: number;
}

export interface DuplicateGroup {
  kind: DuplicateKind;
  /** The one that is suggested to be kept first: it shows the most. */
  files: DuplicateFile[];
  /** Bytes of all but the first. */
  gain: number;
}

/** Nearest among which the same picture is looked for, as in a search. */
const NEIGHBOURS = 50;
/** Of these, compared by their pixels at most. */
const COMPARED = 12;
/** Milliseconds by the camera's clock between two shots of a burst. */
const BURST = 3000;
/** Photos that are asked about at once. */
const QUERIES = 1024;

export interface FindingDuplicates {
  readonly library: Library;
  readonly readers: Pick<ReaderPool, 'compare'>;
  /** By whose features; without one, copies alone are found. */
  readonly embedder: EmbedderRow | undefined;
  readonly kinds: ReadonlySet<DuplicateKind>;
  /** Where this machine has one. */
  readonly makeVectorIndex?: MakeVectorIndex | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** The largest gain first. */
export async function findDuplicates(finding: FindingDuplicates): Promise<DuplicateGroup[]> {
  const { library, embedder, kinds } = finding;
  const groups: DuplicateGroup[] = [];
  if (kinds.has('copies'))
    for (const contentId of library.contents.withCopies()) groups.push(groupOf(library, 'copies', [contentId]));
  if (embedder && (kinds.has('same') || kinds.has('bursts'))) {
    const { same, moments } = await findLinks(finding, embedder);
    const ofOnePicture = stars(same);
    if (kinds.has('same')) groups.push(...ofOnePicture.map((ids) => groupOf(library, 'same', ids)));
    // What is the same picture is told as that, and not again as a burst.
    const told = new Map(ofOnePicture.flatMap((ids) => ids.map((id) => [id, ids[0]!] as const)));
    const bursts = stars(moments.filter(([a, b]) => told.get(a) === undefined || told.get(a) !== told.get(b)));
    if (kinds.has('bursts')) groups.push(...bursts.map((ids) => groupOf(library, 'bursts', ids)));
  }
  return groups.sort((a, b) => b.gain - a.gain || a.files[0]!.photoId - b.files[0]!.photoId);
}

/** Of contents; of one that several files hold, all are in the group where copies are asked for, else the first stands for it. */
function groupOf(library: Library, kind: DuplicateKind, contentIds: readonly number[]): DuplicateGroup {
  const files = contentIds.flatMap((contentId) => {
    const tiles = library.photos.tilesOf(contentId);
    return (kind === 'copies' ? tiles : tiles.slice(0, 1)).map(({ photoId, path, width, height, takenAt }) => {
      const bytes = library.photos.details(photoId)?.size ?? 0;
      return { photoId, path, width, height, bytes, takenAt };
    });
  });
  const pixels = ({ width, height }: DuplicateFile): number => width * height;
  files.sort((a, b) => pixels(b) - pixels(a) || b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  return { kind, files, gain: files.slice(1).reduce((sum, { bytes }) => sum + bytes, 0) };
}

type Links = [number, number][];

/** Pairs of contents that are one picture, and of those taken in one moment. */
async function findLinks(
  { library, readers, kinds, makeVectorIndex, onProgress }: FindingDuplicates,
  embedder: EmbedderRow,
): Promise<{ same: Links; moments: Links }> {
  const wholes = library.contents.pictures(embedder.id);
  const neighbours = neighboursOf(wholes, embedder.dimensions, makeVectorIndex);
  const compared = new Set<string>();
  const links = { same: [] as Links, moments: [] as Links };
  const limit = pLimit(availableParallelism());
  for (let start = 0; start < wholes.length; start += QUERIES) {
    const pairs: [number, number[]][] = [];
    for (const [i, { ids, distances }] of (await neighbours(start, QUERIES)).entries()) {
      const own = wholes[start + i]!;
      const cosines = new Map(Array.from(ids, (id, at) => [id, 1 - distances[at]! / 2]));
      const { maybeCopies } = findNearDuplicates({ ids, distances }, cosines);
      const fresh = maybeCopies.slice(0, COMPARED).filter((other) => isFresh(compared, start + i, other));
      if (fresh.length > 0) pairs.push([start + i, fresh]);
      if (!kinds.has('bursts') || own.cameraTakenAt === null) continue;
      const usual = distances[Math.floor(distances.length / 2)] ?? 0;
      for (const [at, id] of ids.entries()) {
        const shot = wholes[id]!;
        if (shot.cameraTakenAt === null || distances[at]! > usual) continue;
        if (Math.abs(shot.cameraTakenAt - own.cameraTakenAt) <= BURST)
          links.moments.push([own.contentId, shot.contentId]);
      }
    }
    await Promise.all(
      pairs.map(([own, others]) =>
        limit(async () => {
          const picture = library.contents.thumbnail(wholes[own]!.contentId);
          const known = others.flatMap((other) => {
            const jpeg = library.contents.thumbnail(wholes[other]!.contentId);
            return jpeg ? [{ other, jpeg }] : [];
          });
          if (!picture || known.length === 0) return;
          const values = await readers.compare(
            picture,
            known.map(({ jpeg }) => jpeg),
          );
          for (const [at, { other }] of known.entries())
            if (values[at]! >= COPIES) links.same.push([wholes[own]!.contentId, wholes[other]!.contentId]);
        }),
      ),
    );
    onProgress?.(Math.min(1, (start + QUERIES) / wholes.length));
  }
  return links;
}

/** Each pair is compared once. */
function isFresh(compared: Set<string>, a: number, b: number): boolean {
  const pair = a < b ? `${a} ${b}` : `${b} ${a}`;
  if (compared.has(pair)) return false;
  compared.add(pair);
  return true;
}

interface Neighbours {
  /** Places among the wholes, the nearest first. */
  ids: Float64Array;
  /** Squared, of unit vectors. */
  distances: Float32Array;
}

/** Exact neighbours of some wholes, themselves left out; natively where that was built. */
function neighboursOf(
  wholes: readonly { vector: Uint8Array }[],
  d: number,
  makeVectorIndex: MakeVectorIndex | undefined,
): (start: number, count: number) => Promise<Neighbours[]> {
  const rows = new Float32Array(wholes.length * d);
  for (const [i, { vector }] of wholes.entries()) rows.set(fromHalf(vector), i * d);
  normalizeRows(rows, d);
  const k = Math.min(NEIGHBOURS + 1, wholes.length);
  const index = wholes.length > 0 ? makeVectorIndex?.(rows, d) : undefined;
  const vectorOf = (i: number): Float32Array => rows.subarray(i * d, (i + 1) * d);
  if (!index) {
    const matrix = new FeatureMatrix(d);
    for (let i = 0; i < wholes.length; i++) matrix.append(i, vectorOf(i));
    return (start, count) =>
      Promise.resolve(
        Array.from({ length: Math.min(count, wholes.length - start) }, (_, i) => {
          const { candidates } = matrix.search(
            { positives: [{ vector: vectorOf(start + i), weight: 1 }], negatives: [] },
            k,
          );
          return without(start + i, candidates.ids, candidates.distances);
        }),
      );
  }
  return async (start, count) => {
    const queries = rows.subarray(start * d, Math.min(wholes.length, start + count) * d);
    const { places, products } = await index.nearest(queries, k);
    return Array.from({ length: queries.length / d }, (_, i) => {
      const found = places.subarray(i * k, (i + 1) * k);
      const distances = products.subarray(i * k, (i + 1) * k).map((product) => 2 - 2 * product);
      return without(start + i, Float64Array.from(found), distances);
    });
  };
}

function without(own: number, ids: Float64Array, distances: Float32Array): Neighbours {
  const kept = [...ids.keys()].filter((at) => ids[at] !== own);
  return {
    ids: Float64Array.from(kept, (at) => ids[at]!),
    distances: Float32Array.from(kept, (at) => distances[at]!),
  };
}
