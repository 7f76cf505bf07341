// Finds which pictures of a library show the same, or the same moment: nearest by features, or by what a turned picture keeps; then by
// their pixels, and by the camera's clock.
import type { ContentPair, LinkKind } from '../../library/rows/duplicate-rows.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import type { MakeVectorIndex } from '../../numeric/vector-index.ts';
import type { ActiveModel } from '../codes/active-model.ts';
import { agreeingOf } from './agreement.ts';
import { candidatesOf } from './candidates.ts';
import { FeatureNeighbours, type Neighbourhood } from './feature-neighbours.ts';
import { SmallPictures, type SmallPictureSources } from './small-pictures.ts';

/** Nearest by signatures that are compared, and the squared distance from which two are strangers; see docs/experiments/duplicates.md. */
const BY_SIGNATURE = 4;
const STRANGERS = 0.03;
/** Milliseconds by the camera's clock between two shots of a burst. */
const BURST = 3000;
/** Pictures that are asked about at once. */
const AT_ONCE = 256;
/** Such groups whose pixels are still compared while the next is asked about, at most. */
const AHEAD = 3;
/** Contents that are asked about at once: others may ask the catalogue in between. */
const PAGE = 20_000;

/** By what pictures are looked at. */
export interface Looking {
  readonly embedder: EmbedderRow;
  /** What answers at this moment, if anything does. */
  readonly active: () => ActiveModel | undefined;
  /** Where this machine has one. */
  readonly makeVectorIndex: MakeVectorIndex | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was found of some contents. */
export interface FoundLinks {
  /** Contents. */
  readonly looked: number[];
  readonly links: Record<LinkKind, ContentPair[]>;
}

interface OpenPicture {
  readonly contentId: number;
  readonly regionId: number;
}

/** What it learned of a library it keeps, so that what comes later is looked up among it. */
export class LinkFinder {
  readonly #sources: SmallPictureSources;
  readonly #pictures: SmallPictures;
  readonly #onProgress: (done: number, total: number) => void;
  /** The last content of which it is known whether it was looked at. */
  #upTo = 0;

  constructor(sources: SmallPictureSources, onProgress: (done: number, total: number) => void) {
    this.#sources = sources;
    this.#pictures = new SmallPictures(sources);
    this.#onProgress = onProgress;
  }

  /** Of all contents that were not looked at before, some at a time. What was given has to be kept before the next is asked for. */
  async *find(looking: Looking): AsyncGenerator<FoundLinks> {
    const { library } = this.#sources;
    const { embedder, signal } = looking;
    await this.#pictures.catchUp(signal, this.#onProgress);
    const newest = library.contents.newest();
    const open: OpenPicture[] = [];
    for (let after = this.#upTo; after < newest && !signal?.aborted; after += PAGE) {
      for (const one of library.duplicates.unreviewed(embedder.id, after, Math.min(newest, after + PAGE)))
        open.push(one);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const neighbours = new FeatureNeighbours({ library, ...looking });
    const compared = new Set<string>();
    const inHand: Promise<FoundLinks>[] = [];
    let done = 0;
    const first = async (): Promise<FoundLinks> => {
      const found = await inHand.shift()!;
      this.#onProgress((done += found.looked.length), open.length);
      return found;
    };
    for (let at = 0; at < open.length && !signal?.aborted; at += AT_ONCE) {
      const found = await neighbours.of(open.slice(at, at + AT_ONCE).map(({ regionId }) => regionId));
      const links = this.#link(found, compared);
      // It is waited for below; until then a failure is not one that nobody sees.
      links.catch(() => undefined);
      inHand.push(links);
      if (inHand.length > AHEAD) yield await first();
    }
    while (inHand.length > 0 && !signal?.aborted) yield await first();
    if (!signal?.aborted) this.#upTo = newest;
  }

  async #link(of: readonly Neighbourhood[], compared: Set<string>): Promise<FoundLinks> {
    const asked = of.flatMap(({ contentId, near }) => {
      const alike = this.#pictures.alike(contentId, BY_SIGNATURE, STRANGERS);
      if (!alike) return [];
      const others = candidatesOf(near, alike).filter((other) => isFresh(compared, contentId, other.contentId));
      return [{ contentId, others }];
    });
    const matches = await this.#pictures.compare(asked);
    const fitting = asked.map(({ contentId, others }, i) => ({
      contentId,
      others: others.flatMap(({ contentId: id, threshold }, at) => {
        const match = matches[i]![at];
        return match && match.value >= threshold ? [{ contentId: id, match }] : [];
      }),
    }));
    const agreeing = await agreeingOf(this.#sources, fitting);
    const same = agreeing.map(([contentId, other]) => pairOf(contentId, other));
    const bursts = of.flatMap((own) => ofOneMoment(own).map((contentId) => pairOf(own.contentId, contentId)));
    return { looked: asked.map(({ contentId }) => contentId), links: { same, bursts } };
  }
}

/** Shots within seconds that are more alike than is usual among the nearest. */
function ofOneMoment({ cameraTakenAt, near }: Neighbourhood): number[] {
  if (cameraTakenAt === null) return [];
  const usual = near[Math.floor(near.length / 2)]?.distance ?? 0;
  return near
    .filter(
      (shot) =>
        shot.cameraTakenAt !== null && shot.distance <= usual && Math.abs(shot.cameraTakenAt - cameraTakenAt) <= BURST,
    )
    .map(({ contentId }) => contentId);
}

const pairOf = (a: number, b: number): ContentPair => (a < b ? [a, b] : [b, a]);

/** Each pair is compared once. */
function isFresh(compared: Set<string>, a: number, b: number): boolean {
  const pair = a < b ? `${a} ${b}` : `${b} ${a}`;
  if (compared.has(pair)) return false;
  compared.add(pair);
  return true;
}
