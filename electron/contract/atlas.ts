// The atlas of a library: all photos on a map by likeness, what its codes stand for, what is rare, what nobody looked at, and its years.
import { z } from 'zod';
import { id, method, none } from './method.ts';

/** A crowded part of the map. */
export interface MapRegion {
  /** The photo in its middle, and where that stands. */
  photoId: number;
  contentId: number;
  x: number;
  y: number;
  photos: number;
  /** The tag that half of its photos have, or more; else null. */
  tag: string | null;
}

export interface PhotoMap {
  /** null while none is drawn. */
  mapId: number | null;
  /** Photos that a map is drawn of at least. */
  least: number;
  /** Photos in the library by which one can be drawn. */
  contents: number;
  /** Photos that came after it was drawn, and stand among the others. */
  later: number;
  /** Photo ids, one of each content: uint32, little-endian, as base64. */
  ids: string;
  /** Content id of each, the same way. */
  contentIds: string;
  /** Across and down of each, from 0 to 65,535: uint16, little-endian, as base64. */
  xs: string;
  ys: string;
  /** Mean colour of each: red, green and blue, a byte each, as base64. */
  colours: string;
  /** The largest first. */
  regions: MapRegion[];
}

/** A photo that stands for something. */
export interface AtlasPhoto {
  photoId: number;
  contentId: number;
}

/** One of the pictures that a subspace's part of a code stands for. */
export interface Centroid {
  /** Photos with this part in their code. */
  photos: number;
  /** Those nearest to it, at most six; none where no photo has it. */
  nearest: AtlasPhoto[];
}

export interface CodebookUse {
  /** null where no model answers yet. */
  modelId: number | null;
  photos: number;
  /** For each subspace, its centroids, the most used first, with their numbers. */
  subspaces: { used: number; of: number; centroids: (Centroid & { centroid: number })[] }[];
}

export interface AtlasYear {
  year: number;
  photos: number;
  /** What it was about: regions of the map, the one that is most this year's own first. */
  themes: (AtlasPhoto & { photos: number; tag: string | null })[];
}

const some = z.int().min(1).max(1000).default(200);

export const atlasMethods = {
  /** From the first time that it is asked for, the map is drawn and kept at rest. */
  getMap: method(none).returning<PhotoMap>(),
  /** Draws the map anew from all that is there. */
  redrawMap: method(none).returning<null>(),
  getCodebook: method(none).returning<CodebookUse>(),
  /** Photos that are far from everything, the farthest first. */
  listRarest: method(z.strictObject({ count: some })).returning<{ photos: AtlasPhoto[] }>(),
  /** Photos that nobody looked at, from parts of the map that were looked at least. */
  listForgotten: method(z.strictObject({ count: some })).returning<{ photos: AtlasPhoto[] }>(),
  listYears: method(none).returning<{ years: AtlasYear[] }>(),
  /** Somebody looks at a photo. Noted in the library alone. */
  noteLook: method(z.strictObject({ photoId: id })).returning<null>(),
} as const;
