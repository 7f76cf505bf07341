// Albums: queries that were given a name and go on growing, and those filled by hand.
import type { Album } from '../../electron/contract/albums.ts';
import { lastChange } from '../organise/changes.svelte.ts';
import { transport } from '../shell/transport.ts';
import { toAddress } from './address.ts';
import { searchHistory } from './history.svelte.ts';
import { toQueryInput } from './query.ts';

export class Albums {
  all = $state.raw<Album[]>([]);

  /** Undefined until it is known. */
  readonly nameOf = (albumId: number): string | undefined => this.all.find((album) => album.albumId === albumId)?.name;

  async refresh(): Promise<void> {
    this.all = await transport.call('listAlbums', {});
  }

  /** Keeps the query shown. @throws CallError where the name is taken, or the query cannot be kept */
  async keep(name: string): Promise<void> {
    await transport.call('addAlbum', { name, query: toQueryInput(searchHistory.query) });
    await this.refresh();
  }

  /** Goes to what an album holds; what was new in it has been seen. */
  async open(albumId: number): Promise<void> {
    const { query } = await transport.call('openAlbum', { albumId });
    const { positives, negatives, marks, filter = {}, cut, sort, subspaceWeights } = query;
    searchHistory.open(
      toAddress({
        positives: [...positives],
        negatives: [...negatives],
        right: marks?.right ?? [],
        wrong: marks?.wrong ?? [],
        filter,
        minScore: cut?.minScore ?? null,
        sort,
        weights: subspaceWeights ?? [],
      }),
    );
    await this.refresh();
  }

  /** Its photos stay. */
  async remove(albumId: number): Promise<void> {
    await lastChange.make(() => transport.call('removeAlbum', { albumId }));
  }

  /** @returns whether the name could be had */
  rename(albumId: number, name: string): Promise<boolean> {
    return lastChange.make(() => transport.call('renameAlbum', { albumId, name }));
  }
}

export const albums = new Albums();
