// Which photo shows a file that need not be read itself: the names say which may, and the cameras' clocks whether it does.
import { LikenessError } from '../../contract/errors.ts';
import type { Told } from '../../contract/facts.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { PhotoFacts } from '../../library/decode/metadata.ts';
import { videoType } from '../../library/files/formats.ts';
import type { FileStamp } from '../../library/files/read-file.ts';
import type { Library } from '../../library/library.ts';
import type { Lead } from '../../library/rows/companion-rows.ts';
import type { WaitingPhoto } from '../../library/rows/photo-rows.ts';

/** Milliseconds between two files of one photo, at most: some cameras write whole and even seconds. */
const SAME_MOMENT = 2000;
/** Bytes of a Live Photo's moving part, which is three seconds long, at most. */
const LARGEST_MOTION = 32 * 2 ** 20;

/** A file that another shows, with what it tells itself; nothing where that cannot be read. */
export interface Pair {
  lead: Lead;
  told: Told | undefined;
}

export class Pairing {
  readonly #library: Library;
  readonly #readers: ReaderPool;

  constructor(library: Library, readers: ReaderPool) {
    this.#library = library;
    this.#readers = readers;
  }

  /** What is to be read in a photo's place: the one that may show it, if that waits too. */
  firstToRead(photo: WaitingPhoto): WaitingPhoto {
    return this.#library.companions.leadsOf(photo.path).find(({ state }) => state === 'waiting') ?? photo;
  }

  /**
   * The photo that shows a file; 'not yet' while one that may do so waits to be read.
   * @throws LikenessError 'changed' where the file does while it is looked at
   */
  async leadOf(photo: WaitingPhoto, stamp: FileStamp): Promise<Pair | 'not yet' | undefined> {
    const candidates = this.#library.companions.leadsOf(photo.path);
    if (candidates.some(({ state }) => state === 'waiting')) return 'not yet';
    if (candidates.length === 0) return undefined;
    if (videoType(photo.path) !== undefined && stamp.size > LARGEST_MOTION) return undefined;
    const facts = await this.#factsOf(photo.path, stamp);
    const takenAt = facts?.takenAt ?? null;
    // Of what has no date the names alone tell.
    const lead = candidates.find(
      ({ cameraTakenAt }) =>
        takenAt === null || cameraTakenAt === null || Math.abs(takenAt - cameraTakenAt) <= SAME_MOMENT,
    );
    return lead && { lead, told: facts?.told };
  }

  async #factsOf(path: string, stamp: FileStamp): Promise<PhotoFacts | undefined> {
    try {
      return await this.#readers.facts(path, stamp);
    } catch (error) {
      // It is not needed: the photo beside it can be read.
      if (error instanceof LikenessError && error.code === 'unreadable') return undefined;
      throw error;
    }
  }
}
