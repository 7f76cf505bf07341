// A review of duplicates: what there is to decide, and what was decided.
import type { Duplicates, DuplicateGroup, DuplicateKind } from '../../contract/duplicates.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import { isWithin } from '../../library/files/paths.ts';
import type { Library } from '../../library/library.ts';
import { groupDuplicates } from './duplicate-groups.ts';
import { preferredFolders } from './preferred-folders.ts';

const ALL = new Set<DuplicateKind>(['copies', 'same', 'bursts']);

export class DuplicateReview {
  readonly #library: Library;
  /** Of the catalogue as it was after so many changes. */
  #known: { changes: number; groups: DuplicateGroup[] } | undefined;

  constructor(library: Library) {
    this.#library = library;
  }

  list({ kinds, folder, start, count }: ParsedInput<'getDuplicates'>): Duplicates {
    const { duplicates, contents } = this.#library;
    const inFolder = this.#groups().filter(
      ({ files }) => folder === undefined || files.some(({ path }) => isWithin(path, folder)),
    );
    const counts: Duplicates['counts'] = { copies: 0, same: 0, bursts: 0 };
    for (const { kind } of inFolder) counts[kind]++;
    const groups = inFolder.filter(({ kind }) => kinds.includes(kind));
    return {
      groups: groups.slice(start, start + count),
      total: groups.length,
      files: groups.reduce((sum, { files }) => sum + files.length - 1, 0),
      gain: groups.reduce((sum, { gain }) => sum + gain, 0),
      counts,
      looked: duplicates.reviewedCount(),
      contents: contents.count(),
      toGo: duplicates.measureToGo(),
      preferred: preferredFolders(this.#library),
    };
  }

  #groups(): DuplicateGroup[] {
    const changes = this.#library.changes();
    if (this.#known?.changes !== changes) {
      const { duplicates } = this.#library;
      const groups = groupDuplicates(
        {
          copied: duplicates.copied(),
          links: { same: duplicates.links('same'), bursts: duplicates.links('bursts') },
          files: (contentIds) => duplicates.files(contentIds),
          preferred: preferredFolders(this.#library),
        },
        ALL,
      );
      this.#known = { changes, groups };
    }
    return this.#known.groups;
  }
}
