// What a search answers.
import { z } from 'zod';
import { id, method } from './method.ts';
import { querySchema } from './query.ts';
import type { Box } from './query.ts';
import type { PhotoTile } from './photos.ts';

/** A part of a photo that was found, or the whole of it. */
export interface RegionHit {
  kind: 'whole' | 'tile' | 'frame';
  /** Shares of the upright picture's width and height; null for all of it. */
  box: Box | null;
  /** Of a video: seconds from its beginning; null of a picture. */
  time: number | null;
  /** The number of a frame that is not the picture that stands for its video, by which its own is found; else null. */
  frameId: number | null;
}

/**
 * How alike a result is. named: found by the words of its file's name, folders, day or tags. same: the same picture, byte by byte or edited. burst: of the same moment. The rest by its score, which is
 * measured against photos taken at random from this library.
 */
export type ResultGroup = 'named' | 'same' | 'burst' | 'very alike' | 'alike' | 'less';

export interface SearchResult extends PhotoTile {
  /** 0 to 1: 0 as alike as a stranger, 1 the same picture; 1 too of what words name. */
  score: number;
  group: ResultGroup;
  /** The region of the photo that the query found. */
  hit: RegionHit;
  /** From 1. */
  rank: number;
  /** Whether it is marked as right for this query, now or before. */
  relevant: boolean;
}

export interface SearchAnswer {
  results: SearchResult[];
  /** Whether more would come with a larger k. */
  more: boolean;
  /** Whether learned codes answered, or the features themselves; of words that the embedder does not know, names alone. */
  by: 'codes' | 'features' | 'names';
  /** Photos that could not be among the results because they are not read yet. */
  unread: number;
  milliseconds: number;
}

/** Why a photo is alike, by the subspaces of the codes. */
export interface Explanation {
  /** Of each subspace its share of the likeness; they sum up to 1, and one that speaks against it is below 0. */
  shares: number[];
  /** How much each counts in this query; 1 where nothing was said. */
  weights: number[];
}

/** A part of a photo that looks like some part of another one. */
export interface AgreeingPart {
  box: Box;
  /** From 0, as little as the least of both photos, to 1, as much as the most. */
  agreement: number;
}

export const searchMethods = {
  /** The photos most like the examples of a query; best first, unless it says otherwise. */
  searchPhotos: method(
    z.strictObject({
      query: querySchema,
      k: z.int().min(1).max(10_000).default(100),
      /** Leaves out the re-rank by hidden vectors. */
      codesOnly: z.boolean().default(false),
    }),
  ).returning<SearchAnswer>(),
  /** Why a photo is like a query; null where nothing of the kind is known: without a model, of words alone, of a part of a photo. */
  explainResult: method(z.strictObject({ query: querySchema, photoId: id })).returning<Explanation | null>(),
  /** Of two photos, how much each part of one looks like some part of the other. Where their parts are not known, they are looked at now. */
  compareParts: method(z.strictObject({ photoId: id, otherId: id })).returning<{
    parts: AgreeingPart[];
    otherParts: AgreeingPart[];
  } | null>(),
  /** Takes in a picture that is not in the library, to search by; it is kept in memory only. */
  addExample: method(z.strictObject({ name: z.string().max(1000), bytes: z.instanceof(Uint8Array) })).returning<{
    exampleId: number;
  }>(),
} as const;
