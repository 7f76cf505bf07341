// Everything the page shows around the photos, and what goes on.
import type { FolderInfo } from '../../contract/folders.ts';
import type { Activity, Status, Storage } from '../../contract/status.ts';
import { indexLevel } from '../codes/choose-code-index.ts';
import { LOG_LINES, writeReport } from '../diagnosis/report.ts';
import { describeEmbedderInUse } from '../embedding/choose-embedder.ts';
import { libraryCounts } from '../status/library-counts.ts';
import type { EngineParts } from '../parts.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

type Parts = Pick<EngineParts, 'library' | 'spaces' | 'folders' | 'jobs' | 'log'>;

/** Files that could not be read, as a report counts them by their reasons. */
const MOST_PROBLEMS = 1000;

export function statusMethods({ library, spaces, folders, jobs, log }: Parts) {
  const getStatus = (): Status => {
    return {
      libraryPath: library.path,
      folders: folderInfos({ library, folders }),
      ...libraryCounts(library),
      embedder: describeEmbedderInUse(library),
      model: spaces.current.models.active?.summary ?? null,
      scan: indexLevel(),
      activity: jobs.activity(),
    };
  };

  return {
    getStatus,

    getReport(): { text: string } {
      const problems = library.photos.problems(0, MOST_PROBLEMS).map(({ reason }) => reason);
      return { text: writeReport(getStatus(), problems, library.bytes(), log.tail(LOG_LINES)) };
    },

    async getStorage(): Promise<Storage> {
      const packs = await spaces.list();
      const embedders = packs.reduce((sum, pack) => sum + pack.bytes, 0);
      const catalogue = library.bytes();
      const known = [...library.storage.sizes()].map(([kind, bytes]) => ({ kind, bytes }));
      const rest = Math.max(0, catalogue - known.reduce((sum, { bytes }) => sum + bytes, 0));
      const parts: Storage['parts'] = [
        ...known,
        { kind: 'embedders', bytes: embedders },
        { kind: 'rest', bytes: rest },
      ];
      return {
        libraryPath: library.path,
        total: catalogue + embedders,
        parts: parts.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes),
      };
    },

    pauseIndexing(): Activity {
      jobs.pause();
      return jobs.activity();
    },

    resumeIndexing(): Activity {
      jobs.resume();
      return jobs.activity();
    },
  };
}

const driveIsAway = (name: string | null): Sentence =>
  name === null
    ? say`Its drive is not connected; its photos stay known and come back with it.`
    : say`Its drive ${name} is not connected; its photos stay known and come back with it.`;

export function folderInfos({ library, folders }: Pick<EngineParts, 'library' | 'folders'>): FolderInfo[] {
  const counts = library.folders.photoCounts();
  return library.folders.all().map(({ id, path, available, sidecars, card, volumeName }) => ({
    folderId: id,
    path,
    available,
    drive: volumeName,
    sidecars,
    card,
    photos: counts.get(id) ?? 0,
    notice: folders.notice(path) ?? (available ? null : driveIsAway(volumeName)),
  }));
}
