// Every word that a face may say to the engine, once: the schema of what goes in, the type of what comes
// out. Adding a method is an entry here and its implementation in engine/; gateway and clients follow.
import { z } from 'zod';
import { id } from './ids.ts';
import { querySchema } from './query.ts';
import type {
  Activity,
  EmbedderPack,
  FolderInfo,
  Listing,
  ModelCard,
  PhotoDetails,
  Problem,
  SearchAnswer,
  Status,
  Timeline,
  TimelineChanges,
  PhotoTile,
} from './types.ts';

const path = z.string().min(1).max(32_767);
const none = z.strictObject({});
const embedderName = z.string().min(1).max(200);

/** Ties a schema for the input to the type of the output, which only the engine makes. */
function method<Input extends z.ZodType>(input: Input) {
  return { returning: <Output>() => ({ input, output: undefined as unknown as Output }) };
}

export const methods = {
  /** Everything the page shows around the photos. */
  getStatus: method(none).returning<Status>(),
  /** Starts watching a folder; a folder inside a watched one is already covered, and one around it takes it in. */
  addFolder: method(z.strictObject({ path })).returning<FolderInfo>(),
  /** Stops watching a folder and forgets its photos; the files themselves are not touched. */
  removeFolder: method(z.strictObject({ folderId: id })).returning<null>(),
  /** The folders inside a folder of this machine, for choosing one; without a path, the home folder. */
  browseFolders: method(z.strictObject({ path: path.optional() })).returning<Listing>(),
  pauseIndexing: method(none).returning<Activity>(),
  resumeIndexing: method(none).returning<Activity>(),
  /** The order and proportions of all photos, newest first. */
  getTimeline: method(none).returning<Timeline>(),
  /** What changed in that order since a version; null where that is not known any more, so that all of it is asked for. */
  getTimelineChanges: method(z.strictObject({ since: z.int().min(0) })).returning<TimelineChanges | null>(),
  /** Those of some photos that are there and have been read, in any order. */
  listPhotos: method(z.strictObject({ photoIds: z.array(id).min(1).max(1000) })).returning<PhotoTile[]>(),
  getPhoto: method(z.strictObject({ photoId: id })).returning<PhotoDetails>(),
  /** The photos most like the examples of a query; best first, unless it says otherwise. */
  searchPhotos: method(
    z.strictObject({
      query: querySchema,
      k: z.int().min(1).max(1000).default(100),
      /** Leaves out the re-rank by hidden vectors. */
      codesOnly: z.boolean().default(false),
    }),
  ).returning<SearchAnswer>(),
  /** Takes in a picture that is not in the library, to search by; it is kept in memory only. */
  addExample: method(z.strictObject({ name: z.string().max(1000), bytes: z.instanceof(Uint8Array) })).returning<{
    exampleId: number;
  }>(),
  listProblems: method(
    z.strictObject({ start: z.int().min(0).default(0), count: z.int().min(1).max(1000).default(200) }),
  ).returning<{ total: number; problems: Problem[] }>(),
  /** Reads a file again that could not be read; without an id, all of them. */
  retryProblems: method(z.strictObject({ photoId: id.optional() })).returning<null>(),
  /** Opens a photo with the program the system has for it. */
  openPhoto: method(z.strictObject({ photoId: id })).returning<null>(),
  /** Shows a photo in the system's file manager. */
  revealPhoto: method(z.strictObject({ photoId: id })).returning<null>(),
  getModelCard: method(none).returning<ModelCard>(),
  /** Trains anew on the library as it is now; answers at once, progress comes as events. */
  trainModel: method(none).returning<null>(),
  /** Breaks a training off; search goes on with the model there is. */
  cancelTraining: method(none).returning<null>(),
  /** Goes back to the model before this one; the two change places. */
  restorePreviousModel: method(none).returning<null>(),
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
  /** Marks a result as right for its query, or takes the mark back: new models are held against such marks. */
  markResult: method(z.strictObject({ queryPhotoId: id, resultPhotoId: id, relevant: z.boolean() })).returning<null>(),
} as const;

export type MethodName = keyof typeof methods;
/** What a caller gives: defaults may be left out. */
export type Input<M extends MethodName> = z.input<(typeof methods)[M]['input']>;
/** What an implementation gets: defaults filled in. */
export type ParsedInput<M extends MethodName> = z.output<(typeof methods)[M]['input']>;
export type Output<M extends MethodName> = (typeof methods)[M]['output'];

/** The engine, as its gateway sees it. */
export type Implementation = {
  [M in MethodName]: (input: ParsedInput<M>) => Promise<Output<M>> | Output<M>;
};

/** A caller's side of the contract. */
export interface Client {
  /** @param signal breaks the call off, which then fails as 'cancelled' */
  call<M extends MethodName>(method: M, input: Input<M>, signal?: AbortSignal): Promise<Output<M>>;
}
