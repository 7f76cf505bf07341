// What can be said of photos, one or many, from wherever it is said: the bar, a menu, a key, the details.
import { transport } from '../shell/transport.ts';
import { lastChange } from './changes.svelte.ts';

export type Dialog = 'tags' | 'album' | 'export' | 'trash';

export class Organise {
  /** The dialog that is open, and the photos that it is about. */
  dialog = $state.raw<{ kind: Dialog; photoIds: readonly number[] }>();

  ask(kind: Dialog, photoIds: readonly number[]): void {
    if (photoIds.length > 0) this.dialog = { kind, photoIds };
  }

  setFavourite(photoIds: readonly number[], favourite: boolean): void {
    void lastChange.make(() => transport.call('setFavourite', { photoIds: [...photoIds], favourite }));
  }

  /** Makes all of them favourites, or none where all of them are. */
  async toggleFavourite(photoIds: readonly number[]): Promise<void> {
    const { photos, favourites } = await transport.call('describePhotos', { photoIds: [...photoIds] });
    this.setFavourite(photoIds, favourites < photos);
  }

  rate(photoIds: readonly number[], stars: number): void {
    void lastChange.make(() => transport.call('setStars', { photoIds: [...photoIds], stars }));
  }

  /** Hides them, or shows them again where all of them are hidden. */
  async toggleHidden(photoIds: readonly number[]): Promise<void> {
    const { photos, hidden } = await transport.call('describePhotos', { photoIds: [...photoIds] });
    this.setHidden(photoIds, hidden < photos);
  }

  setHidden(photoIds: readonly number[], hidden: boolean): void {
    void lastChange.make(() => transport.call('setHidden', { photoIds: [...photoIds], hidden }));
  }

  setTags(photoIds: readonly number[], change: { add?: string[]; remove?: string[] }): Promise<boolean> {
    return lastChange.make(() => transport.call('setTags', { photoIds: [...photoIds], ...change }));
  }

  putIntoAlbum(photoIds: readonly number[], album: { albumId: number } | { name: string }): Promise<boolean> {
    return lastChange.make(() => transport.call('putIntoAlbum', { photoIds: [...photoIds], album }));
  }

  takeOutOfAlbum(photoIds: readonly number[], albumId: number): void {
    void lastChange.make(() => transport.call('takeOutOfAlbum', { photoIds: [...photoIds], albumId }));
  }

  setFolderHidden(path: string, hidden: boolean): void {
    void lastChange.make(() => transport.call('setFolderHidden', { path, hidden }));
  }
}

export const organise = new Organise();
