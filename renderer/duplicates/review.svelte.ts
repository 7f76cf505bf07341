// A review of duplicates as the page shows it: the groups, which one is looked at, and what of it is to stay.
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { DuplicateFile, DuplicateGroup, DuplicateKind, Duplicates } from '../../electron/contract/duplicates.ts';
import { library } from '../photos/library.svelte.ts';
import { lastChange } from '../organise/changes.svelte.ts';
import { transport } from '../shell/transport.ts';
import { view } from '../shell/view.svelte.ts';

export const KINDS: readonly DuplicateKind[] = ['copies', 'same', 'bursts'];
/** Groups that are shown, and how many more each time. */
const PAGE = 40;
const MOST = 200;

/** The same for a group as long as it has the same files. */
export const keyOf = ({ kind, files }: DuplicateGroup): string =>
  `${kind} ${files
    .map(({ photoId }) => photoId)
    .sort((a, b) => a - b)
    .join(' ')}`;

export class Review {
  data = $state.raw<Duplicates>();
  /** The kind that is shown alone. */
  kind = $state<DuplicateKind>();
  /** The folder, or the drive, whose groups are shown alone. */
  folder = $state<string>();
  drive = $state<string>();
  /** Whether what is to go is shown in the place of the groups. */
  showsToGo = $state(false);
  /** Files that are looked at side by side. */
  compared = $state.raw<readonly DuplicateFile[]>();
  #shown = $state(PAGE);
  /** Groups that were put off, to the end. */
  readonly #later = new SvelteSet<string>();
  /** Photos to keep, where that was changed from what is suggested. */
  readonly #kept = new SvelteMap<string, readonly number[]>();
  /** The answer that is waited for, and whether another is wanted after it: while photos come there is always news. */
  #asking: Promise<void> | undefined;
  #again = false;

  readonly groups = $derived.by((): DuplicateGroup[] => {
    const groups = this.data?.groups ?? [];
    const isLater = (group: DuplicateGroup): boolean => this.#later.has(keyOf(group));
    return [...groups.filter((group) => !isLater(group)), ...groups.filter(isLater)];
  });
  readonly hasMore = $derived(this.#shown < MOST && (this.data?.total ?? 0) > (this.data?.groups.length ?? 0));

  /** One question at a time; those that come meanwhile are one. */
  refresh(): Promise<void> {
    this.#again = true;
    return (this.#asking ??= this.#ask().finally(() => (this.#asking = undefined)));
  }

  async #ask(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      await view.attempt(async () => {
        this.data = await transport.call('getDuplicates', {
          kinds: this.kind ? [this.kind] : [...KINDS],
          ...(this.folder !== undefined && { folder: this.folder }),
          ...(this.drive !== undefined && { drive: this.drive }),
          count: this.#shown,
        });
      });
    }
  }

  showMore(): Promise<void> {
    this.#shown = Math.min(MOST, this.#shown + PAGE);
    return this.refresh();
  }

  isLater(group: DuplicateGroup): boolean {
    return this.#later.has(keyOf(group));
  }

  /** Photos of a group that are to stay: the suggested one, where nothing else was said. */
  kept(group: DuplicateGroup): readonly number[] {
    return this.#kept.get(keyOf(group)) ?? [group.files[0].photoId];
  }

  /** Keeps a file, or does not; one is kept at least. */
  toggle(group: DuplicateGroup, photoId: number): void {
    const kept = this.kept(group);
    const changed = kept.includes(photoId) ? kept.filter((id) => id !== photoId) : [...kept, photoId];
    if (changed.length > 0) this.#kept.set(keyOf(group), changed);
  }

  keepOnly(group: DuplicateGroup, photoId: number): void {
    this.#kept.set(keyOf(group), [photoId]);
  }

  /** What is not kept is collected to go; of several that are kept, it is remembered that all of them are wanted. */
  async decide(group: DuplicateGroup): Promise<void> {
    const keep = this.kept(group);
    const go = group.files.map(({ photoId }) => photoId).filter((id) => !keep.includes(id));
    await this.#say({ keep: [...keep], go, ...(keep.length > 1 && { verdict: 'kept' as const }) });
  }

  keepAll(group: DuplicateGroup): Promise<void> {
    return this.#say({ keep: group.files.map(({ photoId }) => photoId), verdict: 'kept' });
  }

  notDuplicates(group: DuplicateGroup): Promise<void> {
    return this.#say({ keep: group.files.map(({ photoId }) => photoId), verdict: 'different' });
  }

  putOff(group: DuplicateGroup): void {
    this.#later.add(keyOf(group));
  }

  async prefer(folders: readonly string[]): Promise<void> {
    await view.attempt(() => transport.call('setPreferredFolders', { folders: [...folders] }));
    await this.refresh();
  }

  async #say(input: { keep: number[]; go?: number[]; verdict?: 'kept' | 'different' }): Promise<void> {
    await lastChange.make(() => transport.call('decideDuplicates', input));
    await this.refresh();
  }
}

export const review = new Review();

/** What the list hangs on beside what is done in it: photos that come and go, and what was found. */
export function newsOf(): unknown[] {
  const { status, activity } = library;
  return [status?.photos, activity?.doing, activity?.doing === 'duplicates' && activity.done];
}
