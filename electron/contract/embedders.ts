// The networks that turn photos into features.
import { z } from 'zod';
import { method, none } from './method.ts';
import type { Sentence } from './sentence.ts';

export interface EmbedderInUse {
  name: string;
  dimensions: number;
  /** Whether it knows words: photos can then be searched for by what is said. */
  words: boolean;
  /** What runs it; null where that is not known (yet). */
  speed: EmbedderSpeed | null;
  /** The one that takes its place once it has seen all photos; null where none does. */
  coming: string | null;
}

/** By what a network runs fastest on this machine, as a short trial found. */
export interface EmbedderSpeed {
  /** As onnxruntime calls it: cpu, webgpu, coreml, dml, cuda. */
  provider: string;
  /** Of one photo. */
  milliseconds: number;
  /** All that were tried; reason: why one could not be used. */
  tried: { provider: string; milliseconds: number | null; reason: Sentence | null }[];
}

/** An embedder that the library holds. */
export interface EmbedderPack {
  name: string;
  dimensions: number;
  licence: string | null;
  /** On disk. */
  bytes: number;
  /** Whether it knows words: photos can then be searched for by what is said. */
  words: boolean;
  /** Where it was fetched from; null of one that was added from a file. */
  origin: PackOrigin | null;
  /** Came with Likeness. */
  builtIn: boolean;
  /** Search answers by it. */
  inUse: boolean;
  /** It looks at all photos now, and takes the other's place then. */
  coming: boolean;
  speed: EmbedderSpeed | null;
  ranking: EmbedderRanking | null;
}

/** Where an embedder was fetched from, and what came. */
export interface PackOrigin {
  /** Of the hub, as https://huggingface.co. */
  hub: string;
  /** As owner/name. */
  repository: string;
  /** Commit of the repository, 40 hexadecimal digits. */
  revision: string;
  files: {
    path: string;
    bytes: number;
    /** SHA-256, or of small files git's SHA-1 of the blob, in hexadecimal. */ hash: string;
  }[];
}

/** How an embedder ranks what the person marked as right, by its features alone. */
export interface EmbedderRanking {
  /** Marks that were looked at. */
  marks: number;
  /** Share of them that come among the first ten, in [0, 1]. */
  share: number;
  /** Photos that they were looked for among: the same for all embedders. */
  among: number;
}

const embedderName = z.string().min(1).max(200);

export const embedderMethods = {
  /** The embedders that the library holds. */
  listEmbedders: method(none).returning<EmbedderPack[]>(),
  /** Takes in an ONNX model, once it has been tried; description: the text of the JSON that says how to feed it. */
  addEmbedder: method(
    z.strictObject({
      name: z.string().min(1).max(255),
      bytes: z.instanceof(Uint8Array),
      description: z.string().max(8000).optional(),
    }),
  ).returning<EmbedderPack>(),
  /** Lets an embedder look at all photos while the one in use answers; then they change places. */
  useEmbedder: method(z.strictObject({ name: embedderName })).returning<null>(),
  /** Forgets an embedder that is not in use, and deletes its copy in the library. */
  removeEmbedder: method(z.strictObject({ name: embedderName })).returning<null>(),
  /** Holds all embedders against what the person marked as right; takes seconds. */
  rankEmbedders: method(none).returning<EmbedderPack[]>(),
} as const;
