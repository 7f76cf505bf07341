// The networks that turn photos into features.
import { z } from 'zod';
import { method, none, path } from './method.ts';
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

/** An embedder that can be fetched. */
export interface OfferedPack {
  id: string;
  name: string;
  goodAt: 'words-and-kinds' | 'words-in-any-language' | 'likeness' | 'likeness-finest';
  /** Of the hub, as owner/name. */
  repository: string;
  /** Host of the hub. */
  host: string;
  licence: string;
  /** In which it knows words: codes of languages, or "many"; none where it knows no words. */
  languages: string[];
  /** Milliseconds a photo that it may take here, going by the one that came with Likeness; null while that was not timed. */
  expectedMilliseconds: number | null;
  /** The library holds it. */
  here: boolean;
}

/** What would be fetched, as the hub says. */
export interface PackOffer {
  id: string;
  /** Address of what would be fetched. */
  address: string;
  revision: string;
  /** As the hub knows it, where it does. */
  licence: string | null;
  files: { path: string; bytes: number }[];
  /** Of all files, and of those how many are here already. */
  bytes: number;
  here: number;
}

/** A pack on its way. */
export interface PackProgress {
  id: string;
  /** trying: all has come, and it is opened in a process of its own. */
  state: 'fetching' | 'trying' | 'done' | 'stopped' | 'failed';
  /** Bytes. */
  done: number;
  total: number;
  /** Why it failed. */
  trouble: Sentence | null;
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
const packId = z.string().min(1).max(100);

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
  /** The same of a folder of this machine, as transformers writes it. */
  addEmbedderFolder: method(z.strictObject({ path })).returning<EmbedderPack>(),
  /** The embedders that can be fetched. Nothing is asked of any other machine for it. */
  listOfferedPacks: method(none).returning<{ packs: OfferedPack[]; progress: PackProgress | null }>(),
  /** Asks the hub what would be fetched. */
  offerPack: method(z.strictObject({ id: packId })).returning<PackOffer>(),
  /** Fetches what was offered and adds it; returns at once, and events tell how far it is. */
  fetchPack: method(z.strictObject({ id: packId, revision: z.string().regex(/^[0-9a-f]{40}$/) })).returning<null>(),
  /** Breaks the fetching off; what came is kept, to go on from. */
  stopFetching: method(none).returning<null>(),
  /** Lets an embedder look at all photos while the one in use answers; then they change places. */
  useEmbedder: method(z.strictObject({ name: embedderName })).returning<null>(),
  /** Forgets an embedder that is not in use, and deletes its copy in the library. */
  removeEmbedder: method(z.strictObject({ name: embedderName })).returning<null>(),
  /** Holds all embedders against what the person marked as right; takes seconds. */
  rankEmbedders: method(none).returning<EmbedderPack[]>(),
} as const;
