// What the engine tells its faces without being asked.
import type { PackProgress } from './embedders.ts';
import type { Activity } from './status.ts';
import type { Sentence } from './sentence.ts';

export interface Events {
  /** The library takes a while to open, and why; other events come once it is open. */
  libraryOpening: { notice: Sentence };
  /** The system opened pictures with Likeness: what is like them is wanted. From the window alone. */
  examplesGiven: { files: { name: string; bytes: Uint8Array<ArrayBuffer> }[] };
  /** A link to a query, by its address behind the #, or to an album was opened. From the window alone. */
  linkOpened: { address: string } | { albumId: number };
  /** A menu of the system asked for a page of the settings. From the window alone. */
  settingsAsked: { page: 'appearance' | 'privacy' };
  activityChanged: Activity;
  /** Photos came, went or moved in the order; ask for the timeline again. */
  photosChanged: { version: number };
  /** What is said of photos changed, by what they hold; null where they are too many to tell, or where it cannot be told. */
  annotationsChanged: {
    photos: { contentId: number; favourite: boolean; stars: number }[] | null;
    /** Whether photos were hidden, or are not any more. */
    hiding: boolean;
    /** Whether albums were made, filled, named or forgotten. */
    albums: boolean;
  };
  foldersChanged: { folders: number };
  problemsChanged: { total: number };
  /** Another embedder answers from now on, or is on its way, or not any more. */
  embedderChanged: { name: string };
  /** An embedder that is being fetched has come further, or to an end. */
  packProgressed: PackProgress;
  /** So many photos of an export are done. */
  exportProgressed: { exportId: string; done: number };
  /** The map was drawn, or photos were put on it. */
  mapChanged: { photos: number };
  /** A model began to answer. */
  modelAdopted: { modelId: number };
  /** A training, a measurement or other work on the model in use ended, well or not. */
  modelWorkEnded: { modelId: number | null };
}

export type EventName = keyof Events;
export type AnyEvent = { [E in EventName]: { name: E; detail: Events[E] } }[EventName];
