// What the parts of codes stand for: for each centroid of each subspace, the photos nearest to it, and how many have it.
import type { AtlasPhoto, CodebookUse } from '../../contract/atlas.ts';
import type { CodeSegment } from '../../library/rows/code-rows.ts';
import type { Library } from '../../library/library.ts';
import { TopK } from '../../numeric/top-k.ts';
import type { ActiveModel } from '../codes/active-model.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';

/** Photos that stand for a centroid. */
const SHOWN = 6;
/** Photos that are looked through before others have their turn. */
const PAGE = 4000;

/** Looks through the codes of all photos. */
export async function describeCodebook(library: Library, space: EmbeddingSpace): Promise<CodebookUse> {
  const active = space.models.active;
  if (!active) return { modelId: null, photos: 0, subspaces: [] };
  const { M, ksub } = active.model.codebooks;
  const counts = new Uint32Array(M * ksub);
  const nearest = Array.from({ length: M * ksub }, () => new TopK(SHOWN));
  let photos = 0;
  for await (const { contentId, code, distances } of codesOf(library, active)) {
    photos++;
    for (let m = 0; m < M; m++) {
      const at = m * ksub + code[m]!;
      counts[at]!++;
      nearest[at]!.offer(contentId, distances[m]!);
    }
  }
  return {
    modelId: active.id,
    photos,
    subspaces: Array.from({ length: M }, (_, m) => {
      const centroids = Array.from({ length: ksub }, (_, centroid) => ({
        centroid,
        photos: counts[m * ksub + centroid]!,
        nearest: [...nearest[m * ksub + centroid]!.drain().ids].flatMap((contentId) => photoOf(library, contentId)),
      }));
      const used = centroids.filter((one) => one.photos > 0);
      return { used: used.length, of: ksub, centroids: used.sort((a, b) => b.photos - a.photos) };
    }),
  };
}

interface CodedPhoto {
  readonly contentId: number;
  /** By 256 centroids, (M) */
  readonly code: Uint8Array;
  /** Squared distance from its centroid in each subspace, (M) */
  readonly distances: Float32Array;
}

async function* codesOf(library: Library, { id, model }: ActiveModel): AsyncGenerator<CodedPhoto> {
  const { M, ksub, dsub, centroids } = model.codebooks;
  // All at once: segments may be merged while others have their turn.
  const segments: CodeSegment[] = [...library.codes.segments(id)];
  for (const { regions, codes } of segments) {
    for (let start = 0; start < regions.length; start += PAGE) {
      const page = regions.subarray(start, start + PAGE);
      const contentOf = library.map.wholesAmong(page);
      const hidden = library.codes.hiddenOf(id, [...contentOf.keys()]);
      for (const [i, regionId] of page.entries()) {
        const [contentId, vector] = [contentOf.get(regionId), hidden.get(regionId)];
        if (contentId === undefined || !vector) continue;
        const code = codes.subarray((start + i) * M, (start + i + 1) * M);
        const distances = Float32Array.from(code, (centroid, m) => {
          const from = (m * ksub + centroid) * dsub;
          let sum = 0;
          for (let t = 0; t < dsub; t++) sum += (vector[m * dsub + t]! - centroids[from + t]!) ** 2;
          return sum;
        });
        yield { contentId, code, distances };
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** A photo that holds a content and can be seen; none where there is none. */
function photoOf(library: Library, contentId: number): AtlasPhoto[] {
  const photoId = library.map.photoOf(contentId);
  return photoId === undefined ? [] : [{ photoId, contentId }];
}
