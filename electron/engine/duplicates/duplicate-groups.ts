// Groups of duplicates from what was found and what the person said.
import type { DuplicateFile, DuplicateGroup, DuplicateKind } from '../../contract/duplicates.ts';
import type { ContentPair, DuplicateRow, LinkKind } from '../../library/rows/duplicate-rows.ts';
import { stars } from '../../search/stars.ts';
import { suggest } from './suggestion.ts';

export interface FoundDuplicates {
  /** Contents that several files hold. */
  readonly copied: readonly number[];
  readonly links: Readonly<Record<LinkKind, readonly ContentPair[]>>;
  readonly files: (contentIds: readonly number[]) => DuplicateRow[];
  /** Folders in which files are kept rather than elsewhere. */
  readonly preferred: readonly string[];
}

/** The largest gain first. */
export function groupDuplicates(
  { copied, links, files, preferred }: FoundDuplicates,
  kinds: ReadonlySet<DuplicateKind>,
): DuplicateGroup[] {
  const same = stars(links.same);
  // What is the same picture is told as that, and not again as a burst.
  const told = new Map(same.flatMap((ids) => ids.map((id) => [id, ids[0]!] as const)));
  const bursts = stars(links.bursts.filter(([a, b]) => told.get(a) === undefined || told.get(a) !== told.get(b)));
  const wanted: [DuplicateKind, readonly number[][]][] = [
    ['copies', copied.map((id) => [id])],
    ['same', same],
    ['bursts', bursts],
  ];
  const chosen = wanted.filter(([kind]) => kinds.has(kind));
  const rows = Map.groupBy(
    files([...new Set(chosen.flatMap(([, groups]) => groups.flat()))]),
    ({ contentId }) => contentId,
  );
  const groups: DuplicateGroup[] = [];
  for (const [kind, all] of chosen) {
    for (const contentIds of all) {
      // Of one that several files hold, one stands for it where copies are not asked about.
      const members = contentIds.flatMap((id) => {
        const held = rows.get(id) ?? [];
        return kind === 'copies' ? held : suggest('copies', held, preferred).files.slice(0, 1);
      });
      if (members.length < 2) continue;
      const suggested = suggest(kind, members, preferred);
      groups.push({
        kind,
        files: suggested.files.map(toFile),
        reasons: suggested.reasons,
        gain: suggested.files.slice(1).reduce((sum, { size }) => sum + size, 0),
      });
    }
  }
  return groups.sort((a, b) => b.gain - a.gain || a.files[0]!.photoId - b.files[0]!.photoId);
}

export function toFile(row: DuplicateRow): DuplicateFile {
  const { photoId, contentId, path, size, width, height, colour, format, camera, takenAt, available } = row;
  return {
    photoId,
    contentId,
    path,
    bytes: size,
    width,
    height,
    colour,
    format,
    camera,
    takenAt,
    available: available === 1,
  };
}
