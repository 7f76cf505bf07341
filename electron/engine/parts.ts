// What an engine is made of, as its methods see it.
import type { AnyEvent } from '../contract/events.ts';
import type { ReaderPool } from '../library/decode/reader-pool.ts';
import type { Library } from '../library/library.ts';
import type { EmbedderPacks } from './embedding/embedder-packs.ts';
import type { EmbeddingSpaces } from './embedding/embedding-spaces.ts';
import type { PackFetching } from './embedding/pack-fetching.ts';
import type { Log } from './diagnosis/log.ts';
import type { DriveCards } from './export/drive-cards.ts';
import type { Sidecars } from './export/sidecars.ts';
import type { ContentRemoval } from './indexing/content-removal.ts';
import type { FactsRefresh } from './indexing/facts-refresh.ts';
import type { FolderSync } from './indexing/folder-sync.ts';
import type { Indexer } from './indexing/indexer.ts';
import type { Timeline } from './indexing/timeline.ts';
import type { Jobs } from './jobs.ts';
import type { Organiser } from './organising/organiser.ts';
import type { PhotoParts } from './photo-parts/photo-parts.ts';
import type { DuplicateSearch } from './duplicates/duplicate-search.ts';
import type { Looks } from './atlas/looks.ts';
import type { MapKeeper } from './atlas/map-keeper.ts';
import type { Samples } from './samples/samples.ts';
import type { Albums } from './searching/albums.ts';
import type { Queries } from './searching/queries.ts';
import type { VideoReading } from './videos/video-reading.ts';

/** What only a face that a person looks at can do. */
export interface Desktop {
  openFile(path: string): Promise<void>;
  showInFolder(path: string): Promise<void>;
  /** Moves a file into the system's trash. */
  moveToTrash(path: string): Promise<void>;
}

export interface EngineParts {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly packs: EmbedderPacks;
  readonly spaces: EmbeddingSpaces;
  readonly fetching: PackFetching;
  readonly folders: FolderSync;
  readonly indexer: Indexer;
  readonly removal: ContentRemoval;
  readonly facts: FactsRefresh;
  readonly photoParts: PhotoParts;
  readonly duplicateSearch: DuplicateSearch;
  readonly mapKeeper: MapKeeper;
  readonly looks: Looks;
  readonly queries: Queries;
  readonly videos: VideoReading;
  readonly samples: Samples;
  readonly albums: Albums;
  readonly organiser: Organiser;
  readonly sidecars: Sidecars;
  readonly cards: DriveCards;
  readonly timeline: Timeline;
  readonly jobs: Jobs;
  readonly log: Log;
  /** Absent in commands. */
  readonly desktop: Desktop | undefined;
  readonly emit: (event: AnyEvent) => void;
}
