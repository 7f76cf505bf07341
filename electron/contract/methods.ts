// Every word that a face may say to the engine, once: the schema of what goes in, the type of what comes out. Adding a
// method is an entry in its group and its implementation in engine/methods/; gateway and clients follow.
import type { z } from 'zod';
import { albumMethods } from './albums.ts';
import { atlasMethods } from './atlas.ts';
import { duplicateMethods } from './duplicates.ts';
import { embedderMethods } from './embedders.ts';
import { exportMethods } from './export.ts';
import { filterMethods } from './filters.ts';
import { folderMethods } from './folders.ts';
import { modelMethods } from './models.ts';
import { organiseMethods } from './organise.ts';
import { partsMethods } from './parts.ts';
import { photoMethods } from './photos.ts';
import { reviewMethods } from './review.ts';
import { sampleMethods } from './samples.ts';
import { searchMethods } from './search.ts';
import { statusMethods } from './status.ts';
import { trashMethods } from './trash.ts';
import { videoMethods } from './videos.ts';

export const methods = {
  ...statusMethods,
  ...folderMethods,
  ...photoMethods,
  ...organiseMethods,
  ...trashMethods,
  ...exportMethods,
  ...searchMethods,
  ...sampleMethods,
  ...filterMethods,
  ...partsMethods,
  ...albumMethods,
  ...modelMethods,
  ...embedderMethods,
  ...reviewMethods,
  ...duplicateMethods,
  ...atlasMethods,
  ...videoMethods,
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
