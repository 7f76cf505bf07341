// What a photo of the atlas is for: a click asks by it.
import type { AtlasPhoto } from '../../electron/contract/atlas.ts';
import { searchHistory } from '../search/history.svelte.ts';
import { transport } from '../shell/transport.ts';
import { view } from '../shell/view.svelte.ts';

export function askBy({ photoId }: Pick<AtlasPhoto, 'photoId'>): void {
  void view.attempt(async () => {
    const [tile] = await transport.call('listPhotos', { photoIds: [photoId] });
    if (!tile) return;
    view.panel = 'photos';
    void view.inspect(photoId);
    searchHistory.askPhoto(tile);
  });
}
