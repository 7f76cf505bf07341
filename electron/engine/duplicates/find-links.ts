// Finds which pictures of a library show the same, or the same moment: nearest by features, or by what a turned picture keeps; then by
// their pixels, and by the camera's clock. Nothing is written.
import type { LimitFunction } from 'p-limit';
import { LRUCache } from 'lru-cache';
import type { SmallPicture } from '../../library/decode/compare-pictures.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { Library } from '../../library/library.ts';
import type { ContentPair, LinkKind, ReviewedContent } from '../../library/rows/duplicate-rows.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import { fromHalf, toHalf } from '../../numeric/half.ts';
import { COPIES } from '../../numeric/picture-correlation.ts';
import { SIGNATURE_SIZE } from '../../numeric/picture-signature.ts';
import type { MakeVectorIndex } from '../../numeric/vector-index.ts';
import { normalizeRows } from '../../numeric/vectors.ts';
import { findNearDuplicates } from '../../search/near-duplicates.ts';
import { nearestAmong, type Nearest } from '../codes/nearest.ts';

/** Nearest by features among which the same picture is looked for, as in a search. */
const NEIGHBOURS = 50;
/** Of these, compared by their pixels at most. */
const COMPARED = 12;
/** Nearest by signatures that are compared, and the squared distance from which two are strangers; see docs/experiments/duplicates.md. */
const BY_SIGNATURE = 4;
const STRANGERS = 0.09;
/** Milliseconds by the camera's clock between two shots of a burst. */
const BURST = 3000;
/** Pictures that are asked about at once, and that one reader sees at once. */
const AT_ONCE = 256;
const SEEN_AT_ONCE = 16;
/** Contents that are read from the catalogue at once: others may ask it in between. */
const PAGE = 2000;
/** Small pictures that are kept, three kilobytes each. */
const KEPT = 20_000;

export interface LinkFinding {
  readonly library: Library;
  readonly readers: Pick<ReaderPool, 'see' | 'compareSmall'>;
  readonly embedder: EmbedderRow;
  /** Runs work when a core is free for it. */
  readonly semaphore: LimitFunction;
  /** Where this machine has one. */
  readonly makeVectorIndex: MakeVectorIndex | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was found of some contents. */
export interface FoundLinks {
  readonly looked: ReviewedContent[];
  readonly links: Record<LinkKind, ContentPair[]>;
  /** Contents looked at so far, and of how many. */
  readonly done: number;
  readonly total: number;
}

interface Whole {
  readonly contentId: number;
  readonly cameraTakenAt: number | null;
}

/** Of all contents that were not looked at before, some at a time. */
export async function* findLinks(finding: LinkFinding): AsyncGenerator<FoundLinks> {
  const known = new Map(finding.library.duplicates.reviewed().map((one) => [one.contentId, one]));
  const { wholes, rows } = await readWholes(finding);
  const open = [...wholes.keys()].filter((place) => !known.has(wholes[place]!.contentId));
  if (open.length === 0) return;
  const pictures = new SmallPictures(finding);
  const seen = new Map(known);
  for (let at = 0; at < open.length; at += AT_ONCE) {
    if (finding.signal?.aborted) return;
    const ids = open.slice(at, at + AT_ONCE).map((place) => wholes[place]!.contentId);
    for (const one of await pictures.see(ids)) seen.set(one.contentId, one);
  }
  const { dimensions } = finding.embedder;
  const byFeatures = nearestAmong(rows, dimensions, NEIGHBOURS, finding.makeVectorIndex);
  const signatures = new Float32Array(wholes.length * SIGNATURE_SIZE);
  for (const [place, { contentId }] of wholes.entries()) {
    const one = seen.get(contentId);
    if (one) signatures.set(fromHalf(one.signature), place * SIGNATURE_SIZE);
  }
  const bySignature = nearestAmong(signatures, SIGNATURE_SIZE, BY_SIGNATURE, finding.makeVectorIndex);
  const compared = new Set<string>();
  for (let at = 0; at < open.length; at += AT_ONCE) {
    if (finding.signal?.aborted) return;
    const places = open.slice(at, at + AT_ONCE);
    const [features, alike] = [await byFeatures(places), await bySignature(places)];
    const links: FoundLinks['links'] = { same: [], bursts: [] };
    await Promise.all(
      places.map(async (own, i) => {
        const { near, turned } = candidatesOf(features[i]!, alike[i]!);
        const others = [
          ...near.map((place) => ({ place, turned: turned.includes(place) })),
          ...onlyTurned(near, turned),
        ];
        const fresh = others.filter(({ place }) => isFresh(compared, own, place));
        const values = await pictures.compare(
          wholes[own]!.contentId,
          fresh.map(({ place, turned: isTurned }) => ({ contentId: wholes[place]!.contentId, turned: isTurned })),
        );
        for (const [at, { place }] of fresh.entries())
          if (values[at]! >= COPIES) links.same.push(pairOf(wholes[own]!, wholes[place]!));
        for (const place of ofOneMoment(wholes, own, features[i]!))
          links.bursts.push(pairOf(wholes[own]!, wholes[place]!));
      }),
    );
    const looked = places.flatMap((place) => seen.get(wholes[place]!.contentId) ?? []);
    yield { looked, links, done: Math.min(open.length, at + AT_ONCE), total: open.length };
  }
}

async function readWholes({ library, embedder }: LinkFinding): Promise<{ wholes: Whole[]; rows: Float32Array }> {
  const wholes: Whole[] = [];
  const parts: Float32Array[] = [];
  for (let after = 0; ;) {
    const page = library.contents.pictures(embedder.id, after, PAGE);
    if (page.length === 0) break;
    const part = new Float32Array(page.length * embedder.dimensions);
    for (const [i, { contentId, cameraTakenAt, vector }] of page.entries()) {
      wholes.push({ contentId, cameraTakenAt });
      part.set(fromHalf(vector), i * embedder.dimensions);
    }
    parts.push(part);
    after = page.at(-1)!.contentId;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const rows = new Float32Array(wholes.length * embedder.dimensions);
  let at = 0;
  for (const part of parts) {
    rows.set(part, at);
    at += part.length;
  }
  normalizeRows(rows, embedder.dimensions);
  return { wholes, rows };
}

/** Places of what may be the same picture: near by features, and those that may be turned. */
function candidatesOf(features: Nearest, alike: Nearest): { near: number[]; turned: number[] } {
  const ids = Float64Array.from(features.places);
  const cosines = new Map(features.places.map((place, at) => [place, 1 - features.distances[at]! / 2]));
  const { maybeCopies } = findNearDuplicates({ ids, distances: Float32Array.from(features.distances) }, cosines);
  return {
    near: maybeCopies.slice(0, COMPARED),
    turned: alike.places.filter((_, at) => alike.distances[at]! < STRANGERS),
  };
}

const onlyTurned = (near: readonly number[], turned: readonly number[]): { place: number; turned: boolean }[] =>
  turned.filter((place) => !near.includes(place)).map((place) => ({ place, turned: true }));

/** Places of shots within seconds that are more alike than is usual among the nearest. */
function ofOneMoment(wholes: readonly Whole[], own: number, { places, distances }: Nearest): number[] {
  const { cameraTakenAt } = wholes[own]!;
  if (cameraTakenAt === null) return [];
  const usual = distances[Math.floor(distances.length / 2)] ?? 0;
  return places.filter((place, at) => {
    const shot = wholes[place]!.cameraTakenAt;
    return shot !== null && distances[at]! <= usual && Math.abs(shot - cameraTakenAt) <= BURST;
  });
}

const pairOf = ({ contentId: a }: Whole, { contentId: b }: Whole): ContentPair => (a < b ? [a, b] : [b, a]);

/** Each pair is compared once. */
function isFresh(compared: Set<string>, a: number, b: number): boolean {
  const pair = a < b ? `${a} ${b}` : `${b} ${a}`;
  if (compared.has(pair)) return false;
  compared.add(pair);
  return true;
}

/** Small pictures of contents, made from their thumbnails. */
class SmallPictures {
  readonly #finding: LinkFinding;
  readonly #kept = new LRUCache<number, SmallPicture>({ max: KEPT });

  constructor(finding: LinkFinding) {
    this.#finding = finding;
  }

  /** Those of some contents that have a thumbnail. */
  async see(contentIds: readonly number[]): Promise<ReviewedContent[]> {
    const { library, readers, semaphore } = this.#finding;
    const batches: number[][] = [];
    for (let i = 0; i < contentIds.length; i += SEEN_AT_ONCE) batches.push(contentIds.slice(i, i + SEEN_AT_ONCE));
    const seen = await Promise.all(
      batches.map((batch) =>
        semaphore(async () => {
          const there = batch.flatMap((contentId) => {
            const jpeg = library.contents.thumbnail(contentId);
            return jpeg ? [{ contentId, jpeg }] : [];
          });
          const pictures = await readers.see(there.map(({ jpeg }) => jpeg));
          return there.map(({ contentId }, i) => {
            const { small, signature } = pictures[i]!;
            this.#kept.set(contentId, small);
            return { contentId, signature: toHalf(signature) };
          });
        }),
      ),
    );
    return seen.flat();
  }

  /** Correlations of others with a content; -1 of one that has no thumbnail. */
  async compare(contentId: number, others: readonly { contentId: number; turned: boolean }[]): Promise<number[]> {
    if (others.length === 0) return [];
    const missing = [contentId, ...others.map((other) => other.contentId)].filter((id) => !this.#kept.has(id));
    if (missing.length > 0) await this.see(missing);
    const own = this.#kept.get(contentId);
    const there = others.flatMap(({ contentId: id, turned }, at) => {
      const picture = this.#kept.get(id);
      return picture ? [{ at, picture, turned }] : [];
    });
    const values = others.map(() => -1);
    if (!own || there.length === 0) return values;
    const { readers, semaphore } = this.#finding;
    const found = await semaphore(() =>
      readers.compareSmall(
        own,
        there.map(({ picture, turned }) => ({ picture, turned })),
      ),
    );
    for (const [i, { at }] of there.entries()) values[at] = found[i]!;
    return values;
  }
}
