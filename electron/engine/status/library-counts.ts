// How many photos a library holds, and in what state, as its status tells it.
import type { Status } from '../../contract/status.ts';
import type { Library } from '../../library/library.ts';

type Counts = Pick<Status, 'photos' | 'indexed' | 'waiting' | 'videosWaiting' | 'problems'>;

export function libraryCounts(library: Library): Counts {
  const { photos, indexed, waiting, videosWaiting, failed } = library.photos.counts();
  return { photos, indexed, waiting, videosWaiting, problems: failed };
}
