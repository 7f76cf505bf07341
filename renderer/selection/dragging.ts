// Photos that are dragged: to an album in the sidebar, or out to other programs.
import type { PhotoTile } from '../../electron/contract/photos.ts';
import { originalUrl, thumbnailUrl } from '../shell/media.ts';
import { transport } from '../shell/transport.ts';
import { selection } from './selection.svelte.ts';

/** The kind of what is dragged within the page: ids, between commas. */
const PHOTOS = 'application/x-likeness-photos';

/** A photo that is selected takes the others with it. */
export function beginDrag(event: DragEvent, tile: PhotoTile): void {
  const data = event.dataTransfer;
  if (!data) return;
  const photoIds = selection.has(tile.photoId) ? selection.ids : [tile.photoId];
  data.setData(PHOTOS, photoIds.join(','));
  data.effectAllowed = 'copy';
  const picture = new Image(96);
  picture.src = thumbnailUrl(tile.contentId);
  data.setDragImage(picture, 12, 12);
  if (transport.startDrag) {
    // Within the window the system's drag brings the files back, which are known by their paths.
    event.preventDefault();
    transport.startDrag(photoIds, tile.contentId);
    return;
  }
  // A browser hands over one file, under its name.
  const { href } = new URL(originalUrl(tile.photoId), location.href);
  data.setData('DownloadURL', `application/octet-stream:${tile.name}:${href}`);
  data.setData('text/uri-list', href);
}

/** Whether photos of the page are over something. */
export const isPhotos = (event: DragEvent): boolean => event.dataTransfer?.types.includes(PHOTOS) ?? false;

/** The photos that were dropped; none where it was something else. */
export const droppedPhotos = (event: DragEvent): number[] =>
  (event.dataTransfer?.getData(PHOTOS) ?? '').split(',').filter(Boolean).map(Number);
