// A review of duplicates: what there is to decide, and what was decided.
import type { Duplicates, DuplicateGroup, DuplicateKind } from '../../contract/duplicates.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import { isWithin } from '../../library/files/paths.ts';
import type { Library } from '../../library/library.ts';
import type { DuplicateRows } from '../../library/rows/duplicate-rows.ts';
import { groupDuplicates, type FoundDuplicates } from './duplicate-groups.ts';
import { preferredFolders } from './preferred-folders.ts';
import { stackPhotos } from './stacks.ts';

const ALL = new Set<DuplicateKind>(['copies', 'same', 'bursts']);

export class DuplicateReview {
  readonly #library: Library;
  readonly #groups: () => readonly DuplicateGroup[];
  /** Photos that lie on each other in the grid: those that are to go as well, until they have gone. */
  readonly stacks: () => readonly number[][];

  constructor(library: Library) {
    this.#library = library;
    this.#groups = this.#whileUnchanged(() => groupDuplicates(this.#found('without those to go'), ALL));
    this.stacks = this.#whileUnchanged(() => stackPhotos(this.#found('with those to go')));
  }

  list({ kinds, folder, drive, start, count }: ParsedInput<'getDuplicates'>): Duplicates {
    const { duplicates, contents } = this.#library;
    const places = [
      ...(folder === undefined ? [] : [[folder]]),
      ...(drive === undefined ? [] : [this.#foldersOn(drive)]),
    ];
    const chosen = this.#groups().filter(({ files }) =>
      places.every((folders) => files.some(({ path }) => folders.some((one) => isWithin(path, one)))),
    );
    const counts: Duplicates['counts'] = { copies: 0, same: 0, bursts: 0 };
    for (const { kind } of chosen) counts[kind]++;
    const groups = chosen.filter(({ kind }) => kinds.includes(kind));
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

  #foldersOn(drive: string): string[] {
    const folders = this.#library.folders.all();
    return folders.filter(({ volumeName }) => volumeName === drive).map(({ path }) => path);
  }

  #found(toGo: Parameters<DuplicateRows['files']>[1]): FoundDuplicates {
    const { duplicates } = this.#library;
    return {
      copied: duplicates.copied(),
      links: { same: duplicates.links('same'), bursts: duplicates.links('bursts') },
      files: (contentIds) => duplicates.files(contentIds, toGo),
      preferred: preferredFolders(this.#library),
    };
  }

  /** What is worked out of the catalogue, kept until that changes. */
  #whileUnchanged<T>(work: () => T): () => T {
    let known: { changes: number; value: T } | undefined;
    return () => {
      const changes = this.#library.changes();
      if (known?.changes !== changes) known = { changes, value: work() };
      return known.value;
    };
  }
}
