// Photos: their order, their details, their pictures, and files that could not be read.
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseOrNull } from '../../contract/json.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { Told } from '../../contract/facts.ts';
import type { MediaRequest } from '../../contract/media.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { PhotoDetails, PhotoTile, Problem, Timeline, TimelineChanges } from '../../contract/photos.ts';
import { claimByName } from '../../library/files/formats.ts';
import type { Desktop, EngineParts } from '../parts.ts';
import { notThere } from '../searching/not-there.ts';
import { toTile } from '../searching/show-results.ts';
import { existingPath } from './existing-path.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

type Parts = Pick<EngineParts, 'library' | 'timeline' | 'jobs' | 'desktop' | 'emit'>;

const PREVIEW_SIDE = 2560;
/** Pixels on the longer side beyond which browsers do not show a picture whole. */
const FULL_SIDE = 16_000;
/** Copies of a photo that are told by their paths. */
const COPIES_TOLD = 20;

export function photoMethods({ library, timeline, jobs, desktop, emit }: Parts) {
  const { photos, companions, annotations, albums } = library;
  return {
    getTimeline: (): Timeline => timeline.toMessage(),

    getTimelineChanges: ({ since }: ParsedInput<'getTimelineChanges'>): TimelineChanges | null =>
      timeline.changesSince(since),

    listPhotos: ({ photoIds }: ParsedInput<'listPhotos'>): PhotoTile[] =>
      [...photos.tiles(photoIds).values()].map(toTile),

    measurePhotos: ({ photoIds }: ParsedInput<'measurePhotos'>): { photos: number; files: number; bytes: number } =>
      photos.measure(photoIds),

    listPaths({ photoIds }: ParsedInput<'listPaths'>): { paths: string[] } {
      const paths = photos.paths(photoIds);
      return { paths: photoIds.flatMap((id) => paths.get(id) ?? []) };
    },

    getPhoto({ photoId }: ParsedInput<'getPhoto'>): PhotoDetails {
      const row = photos.details(photoId);
      if (!row) throw notThere();
      return {
        ...toTile(row),
        path: row.path,
        folder: row.folder,
        size: row.size,
        format: row.format,
        camera: row.camera,
        lens: row.lens,
        told: parseOrNull(row.told) as Told | null,
        dateFrom: row.cameraTakenAt === null ? 'file' : 'camera',
        warning: parseOrNull(row.warning) as Sentence | null,
        available: row.available === 1,
        copies: photos.copies(row.contentId, row.photoId, COPIES_TOLD),
        copyCount: photos.copyCount(row.contentId) - 1,
        companions: companions.of(photoId).map(({ path }) => path),
        tags: annotations.tagsAmong([photoId]).map(({ name }) => name),
        albums: albums.holding([photoId]).map(({ albumId, name }) => ({ albumId, name })),
        hidden: annotations.among([photoId]).hidden > 0,
      };
    },

    listProblems: ({ start, count }: ParsedInput<'listProblems'>): { total: number; problems: Problem[] } => ({
      total: photos.counts().failed,
      problems: photos.problems(start, count),
    }),

    retryProblems({ photoId }: ParsedInput<'retryProblems'>): null {
      photos.retry(photoId);
      emit({ name: 'problemsChanged', detail: { total: photos.counts().failed } });
      jobs.wake();
      return null;
    },

    async openPhoto({ photoId }: ParsedInput<'openPhoto'>): Promise<null> {
      const path = await existingPath(library, photoId);
      // The system opens a file by its name: a picture that is named as a program would be run.
      if (claimByName(path) !== 'picture' && claimByName(path) !== 'video') {
        await present(desktop).showInFolder(path);
        throw new LikenessError(
          'unsupported',
          say`${basename(path)} is a picture whose name does not say so. It was shown in its folder and not opened, because by that name it might be run as a program.`,
        );
      }
      await present(desktop).openFile(path);
      return null;
    },

    async revealPhoto({ photoId }: ParsedInput<'revealPhoto'>): Promise<null> {
      const path = await existingPath(library, photoId);
      await present(desktop).showInFolder(path);
      return null;
    },
  };
}

/** @throws LikenessError 'not-found', or 'unavailable' where the photo's file is not there */
export async function readMedia(
  { kind, id }: MediaRequest,
  { library, readers, queries, samples }: Pick<EngineParts, 'library' | 'readers' | 'queries' | 'samples'>,
): Promise<Uint8Array> {
  if (kind === 'example') return queries.thumbnailOf(id);
  if (kind === 'sample') return samples.picture(id);
  if (kind === 'thumbnail' || kind === 'frame') {
    const thumbnail = kind === 'frame' ? library.regions.thumbnail(id) : library.contents.thumbnail(id);
    if (!thumbnail) throw notThere();
    return thumbnail;
  }
  const path = await existingPath(library, id);
  if (kind === 'original') return readFile(path);
  const { size, mtimeMs } = await stat(path);
  return readers.preview(path, { size, modifiedAt: mtimeMs }, kind === 'full' ? FULL_SIDE : PREVIEW_SIDE);
}

function present(desktop: Desktop | undefined): Desktop {
  if (desktop) return desktop;
  throw new LikenessError(
    'unavailable',
    say`Photos are opened and shown from the window or the browser page; this command has neither.`,
  );
}
