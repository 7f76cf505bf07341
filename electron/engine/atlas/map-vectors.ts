// Vectors by which photos are put on the map: hidden ones where a model answers, else the embedder's own.
import type { Library } from '../../library/library.ts';
import { fromHalf } from '../../numeric/half.ts';
import { normalizeRows } from '../../numeric/vectors.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';

/** Contents that are read from the catalogue at once: others may ask it in between. */
const PAGE = 4000;

export interface MapVectors {
  readonly contentIds: number[];
  /** float32, (n, d), of unit length. */
  readonly rows: Float32Array<ArrayBuffer>;
  readonly d: number;
}

/** Of all contents that some photo holds. */
export async function readMapVectors(library: Library, { row, models }: EmbeddingSpace): Promise<MapVectors> {
  const contentIds: number[] = [];
  const parts: Float32Array[] = [];
  let d = 0;
  for (let after = 0; ;) {
    const page = library.map.vectors(row.id, models.active?.id, after, PAGE);
    if (page.length === 0) break;
    d = fromHalf(page[0]!.vector).length;
    const part = new Float32Array(page.length * d);
    for (const [i, { contentId, vector }] of page.entries()) {
      contentIds.push(contentId);
      part.set(fromHalf(vector), i * d);
    }
    parts.push(part);
    after = contentIds.at(-1)!;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const rows = new Float32Array(contentIds.length * d);
  let at = 0;
  for (const part of parts) {
    rows.set(part, at);
    at += part.length;
  }
  if (d > 0) normalizeRows(rows, d);
  return { contentIds, rows, d };
}

/** Some of them. */
export function pickVectors({ contentIds, rows, d }: MapVectors, isWanted: (contentId: number) => boolean): MapVectors {
  const places = [...contentIds.keys()].filter((i) => isWanted(contentIds[i]!));
  const picked = new Float32Array(places.length * d);
  for (const [i, place] of places.entries()) picked.set(rows.subarray(place * d, (place + 1) * d), i * d);
  return { contentIds: places.map((i) => contentIds[i]!), rows: picked, d };
}
