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
  /** The folder whose groups are shown alone. */
  folder = $state<string>();
  /** Whether what is to go is shown in the place of the groups. */
  showsToGo = $state(false);
  /** Files that are looked at side by side. */
  compared = $state.raw<readonly DuplicateFile[]>();
  #shown = $state(PAGE);
  /** Groups that were put off, to the end. */
  readonly #later = new SvelteSet<string>();
  /** Photos to keep, where that was changed from what is suggested. */
  readonly #kept = new SvelteMap<string, readonly number[]>();
  #asked = 0;

  readonly groups = $derived.by((): DuplicateGroup[] => {
    const groups = this.data?.groups ?? [];
    const isLater = (group: DuplicateGroup): boolean => this.#later.has(keyOf(group));
    return [...groups.filter((group) => !isLater(group)), ...groups.filter(isLater)];
  });
  readonly hasMore = $derived(this.#shown < MOST && (this.data?.total ?? 0) > (this.data?.groups.length ?? 0));

  async refresh(): Promise<void> {
    const mine = ++this.#asked;
    await view.attempt(async () => {
      const data = await transport.call('getDuplicates', {
        kinds: this.kind ? [this.kind] : [...KINDS],
        ...(this.folder !== undefined && { folder: this.folder }),
        count: this.#shown,
      });
      // An answer that comes after the next question is not shown.
      if (mine === this.#asked) this.data = data;
    });
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
export const newsOf = (): unknown[] => [library.status?.photos, library.activity?.doing, library.activity?.done];
