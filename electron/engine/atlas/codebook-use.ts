// What the parts of codes stand for: for each centroid of each subspace, the photos nearest to it, and how many have it.
import type { AtlasPhoto, CodebookUse } from '../../contract/atlas.ts';
import type { Library } from '../../library/library.ts';
import { fromHalf } from '../../numeric/half.ts';
import { assignCodes } from '../../deepquan/model/codebooks.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';

/** Photos that stand for a centroid. */
const SHOWN = 6;
/** Photos that are looked through before others have their turn. */
const PAGE = 4000;

interface Near {
  readonly contentId: number;
  /** Squared distance in the subspace. */
  readonly distance: number;
}

/** Looks through all photos; kept by who asks. */
export async function describeCodebook(library: Library, space: EmbeddingSpace): Promise<CodebookUse> {
  const active = space.models.active;
  if (!active) return { modelId: null, photos: 0, subspaces: [] };
  const { M, ksub } = active.model.codebooks;
  const counts = new Uint32Array(M * ksub);
  const nearest: Near[][] = Array.from({ length: M * ksub }, () => []);
  let photos = 0;
  for await (const { contentId, codes, distances } of codesOf(library, space)) {
    photos++;
    for (let m = 0; m < M; m++) {
      const at = m * ksub + codes[m]!;
      counts[at]!++;
      keepNearest(nearest[at]!, { contentId, distance: distances[m]! }, SHOWN);
    }
  }
  return {
    modelId: active.id,
    photos,
    subspaces: Array.from({ length: M }, (_, m) => {
      const centroids = Array.from({ length: ksub }, (_, centroid) => ({
        centroid,
        photos: counts[m * ksub + centroid]!,
        nearest: nearest[m * ksub + centroid]!.flatMap(({ contentId }) => photoOf(library, contentId)),
      }));
      const used = centroids.filter((one) => one.photos > 0);
      return { used: used.length, of: ksub, centroids: used.sort((a, b) => b.photos - a.photos) };
    }),
  };
}

/** Each photo's code by 256 centroids, and how far it is from it in each subspace. */
async function* codesOf(
  library: Library,
  space: EmbeddingSpace,
): AsyncGenerator<{ contentId: number; codes: Uint8Array; distances: Float32Array }> {
  const active = space.models.active;
  if (!active) return;
  const books = active.model.codebooks;
  const { M, ksub, dsub, centroids } = books;
  for (let after = 0; ;) {
    const page = library.map.vectors(space.row.id, active.id, after, PAGE);
    if (page.length === 0) return;
    for (const { contentId, vector } of page) {
      const hidden = fromHalf(vector);
      const codes = assignCodes(hidden, books);
      const distances = Float32Array.from({ length: M }, (_, m) => {
        const from = (m * ksub + codes[m]!) * dsub;
        let sum = 0;
        for (let t = 0; t < dsub; t++) sum += (hidden[m * dsub + t]! - centroids[from + t]!) ** 2;
        return sum;
      });
      yield { contentId, codes, distances };
    }
    after = page.at(-1)!.contentId;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function keepNearest(kept: Near[], one: Near, most: number): void {
  if (kept.length === most && one.distance >= kept.at(-1)!.distance) return;
  const at = kept.findIndex(({ distance }) => distance > one.distance);
  kept.splice(at < 0 ? kept.length : at, 0, one);
  if (kept.length > most) kept.pop();
}

/** A photo that holds a content and can be seen; none where there is none. */
function photoOf(library: Library, contentId: number): AtlasPhoto[] {
  const photoId = library.map.photoOf(contentId);
  return photoId === undefined ? [] : [{ photoId, contentId }];
}
