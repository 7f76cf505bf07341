// Shows the photos of a folder by its drive card at once. Each goes on waiting and is compared with its bytes, as any photo is
// that was read before; what the card got wrong is read again.
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import type { Sentence } from '../../contract/sentence.ts';
import { cardPath, WHOLE } from '../../library/cards/card-file.ts';
import type { CardPart, CardPhoto, ToReadFromCard } from '../../library/cards/read-card.ts';
import { pathOnCard } from '../../library/cards/write-card.ts';
import { isNoAnswer } from '../../library/files/answers.ts';
import { isSkippedName, type Ask } from '../../library/files/walk.ts';
import { withThread } from '../../library/in-thread.ts';
import type { Library } from '../../library/library.ts';
import type { FolderRow } from '../../library/rows/folder-rows.ts';
import { wallClock } from '../../library/decode/fact-values.ts';
import { fromHalf } from '../../numeric/half.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';
import type { TimelineEntry } from './timeline.ts';

export interface CardImportParts {
  readonly library: Library;
  /** What photos are seen by at this moment. */
  readonly space: () => EmbeddingSpace;
  readonly onShown: (entries: TimelineEntry[]) => void;
  /** Something was said of photos by their files. */
  readonly onTold: () => void;
  /** Told where a card cannot be used, in a sentence. */
  readonly onTrouble: (sentence: Sentence) => void;
}

const BATCH = 200;

export class CardImport {
  readonly #parts: CardImportParts;

  constructor(parts: CardImportParts) {
    this.#parts = parts;
  }

  /** Takes over what the card of a folder says, or that of a folder around it. @param ask puts questions to its file system */
  async takeOver(row: FolderRow, ask: Ask, signal: AbortSignal): Promise<void> {
    const carried = await cardAround(row.path, ask);
    if (carried === undefined) return;
    const space = this.#parts.space();
    const what: ToReadFromCard = {
      cardPath: cardPath(carried),
      below: pathOnCard(carried, row.path),
      fingerprint: space.row.fingerprint,
      dimensions: space.row.dimensions,
    };
    try {
      await withThread(
        'cards/card-thread',
        async (exec) => {
          for (let after: string | undefined = ''; after !== undefined && !signal.aborted;) {
            const from: string = after;
            const part: CardPart = await ask(() => exec<CardPart>('read', [what, from, BATCH]));
            this.#write(row, carried, part.photos, space);
            after = part.after;
          }
        },
        signal,
      );
    } catch (error) {
      if (signal.aborted || isNoAnswer(error)) return;
      if (!(error instanceof LikenessError)) throw error;
      this.#parts.onTrouble(error.said);
    }
  }

  #write(row: FolderRow, carried: string, photos: readonly CardPhoto[], space: EmbeddingSpace): void {
    const { library } = this.#parts;
    const shown: number[] = [];
    const embedded: { regionId: number; feature: Float32Array<ArrayBuffer> }[] = [];
    let saidMore = false;
    const commit = library.inTransaction(() => {
      for (const photo of photos) {
        const names = photo.path.split('/');
        const path = join(carried, ...names);
        if (names.some(isSkippedName) || library.photos.byPath(path)) continue;
        library.photos.reconcile(row.id, { path, size: photo.size, modifiedAt: photo.modifiedAt }, 0);
        const known = library.contents.find(photo.hash, space.row.id);
        const contentId = known?.id ?? this.#writeContent(photo, space, embedded);
        const photoId = library.photos.byPath(path)!.id;
        library.photos.showUntilRead(photoId, contentId, photo.facts.takenAt ?? wallClock(photo.modifiedAt));
        if (library.annotations.takeOver(contentId, photo.facts.told)) saidMore = true;
        shown.push(photoId);
      }
      return space.models.encodeNew(embedded);
    });
    commit();
    this.#parts.onShown([...library.photos.tiles(shown).values()]);
    if (saidMore) this.#parts.onTold();
  }

  #writeContent(
    { hash, facts, thumbnail, frames, features }: CardPhoto,
    { row: { id: embedderId } }: EmbeddingSpace,
    embedded: { regionId: number; feature: Float32Array<ArrayBuffer> }[],
  ): number {
    const { contents, regions, features: featureRows } = this.#parts.library;
    const contentId = contents.insert({ ...facts, hash, thumbnail, warning: null });
    const regionIds = new Map([[WHOLE, regions.wholeOf(contentId)!]]);
    for (const { time, thumbnail: picture } of frames) regionIds.set(time, regions.addFrame(contentId, time, picture));
    for (const { time, vector } of features) {
      const regionId = regionIds.get(time);
      if (regionId === undefined) continue;
      const feature = fromHalf(vector);
      featureRows.insert(embedderId, regionId, feature);
      embedded.push({ regionId, feature });
    }
    return contentId;
  }
}

/** The folder whose card covers a folder: itself, or the nearest around it. */
async function cardAround(path: string, ask: Ask): Promise<string | undefined> {
  for (let folder = path; ; folder = dirname(folder)) {
    const place = cardPath(folder);
    const isThere = await ask(() =>
      stat(place).then(
        (stats) => stats.isFile(),
        () => false,
      ),
    );
    if (isThere) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
