// Which parts of two photos look alike.
import type { AgreeingPart } from '../../contract/search.ts';
import type { Library } from '../../library/library.ts';
import { cosine } from '../../numeric/vectors.ts';
import { GRID, WHOLE } from '../photo-parts/grid.ts';
import type { PhotoParts } from '../photo-parts/photo-parts.ts';
import { notThere } from './not-there.ts';

/** The smallest parts show best where something lies. */
const SMALLEST = Math.min(...GRID.map(({ width }) => width));
const SMALL = [...GRID.keys()].filter((place) => GRID[place]!.width === SMALLEST);

export interface PartComparison {
  readonly library: Library;
  readonly photoParts: PhotoParts;
}

/** @returns null where parts of one of them cannot be had */
export async function compareParts(
  { library, photoParts }: PartComparison,
  photoId: number,
  otherId: number,
): Promise<{ parts: AgreeingPart[]; otherParts: AgreeingPart[] } | null> {
  const contents = [photoId, otherId].map((id) => library.photos.tile(id)?.contentId);
  if (contents.includes(undefined)) throw notThere();
  const [own, other] = await Promise.all(contents.map((id) => photoParts.vectorsOf(id!)));
  if (!own || !other) return null;
  // Of each small part, the part of the other photo that it is most like, of whatever size but the whole.
  const best = (from: readonly Float32Array[], to: readonly Float32Array[]): number[] =>
    SMALL.map((place) => Math.max(...to.map((vector, at) => (at === WHOLE ? -1 : cosine(from[place]!, vector)))));
  const [mine, theirs] = [best(own, other), best(other, own)];
  const all = [...mine, ...theirs];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const told = (values: readonly number[]): AgreeingPart[] =>
    values.map((value, i) => ({
      box: GRID[SMALL[i]!]!,
      agreement: most > least ? (value - least) / (most - least) : 1,
    }));
  return { parts: told(mine), otherParts: told(theirs) };
}
