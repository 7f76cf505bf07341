// Photos that lie on each other in the grid: copies, and shots of one moment.
import type { DuplicateKind } from '../../contract/duplicates.ts';
import { groupDuplicates, type FoundDuplicates } from './duplicate-groups.ts';

const STACKED = new Set<DuplicateKind>(['copies', 'bursts']);

/** @returns photo ids of each stack, the one that lies on top first; no photo is in two */
export function stackPhotos(found: FoundDuplicates): number[][] {
  const groups = groupDuplicates(found, STACKED);
  const copies = new Map(groups.flatMap((group) => (group.kind === 'copies' ? [[contentOf(group), group]] : [])));
  const stacks: number[][] = [];
  for (const group of groups) {
    if (group.kind !== 'bursts') continue;
    // A shot that several files hold lies there with all of them.
    const files = group.files.flatMap((file) => {
      const held = copies.get(file.contentId)?.files ?? [file];
      copies.delete(file.contentId);
      return held;
    });
    stacks.push(files.map(({ photoId }) => photoId));
  }
  return [...stacks, ...[...copies.values()].map(({ files }) => files.map(({ photoId }) => photoId))];
}

const contentOf = ({ files }: { files: readonly { contentId: number }[] }): number => files[0]!.contentId;
