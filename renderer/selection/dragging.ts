// Photos that are dragged: to an album in the sidebar, or out to other programs.
import type { PhotoTile } from '../../electron/contract/photos.ts';
import { originalUrl, thumbnailUrl, videoUrl } from '../shell/media.ts';
import { transport } from '../shell/transport.ts';
import { selection } from './selection.svelte.ts';

/** The kind of what is dragged within the page: ids, between commas. */
const PHOTOS = 'application/x-likeness-photos';

/** What the window's own drag took along, which comes back as files. */
let taken: { photoIds: readonly number[]; paths: ReadonlySet<string> } | undefined;

/** A photo that is selected takes the others with it. */
export function beginDrag(event: DragEvent, tile: PhotoTile): void {
  const data = event.dataTransfer;
  if (!data) return;
  const photoIds = selection.has(tile.photoId) ? selection.ids : [tile.photoId];
  if (transport.startDrag) {
    event.preventDefault();
    transport.startDrag(photoIds, tile.contentId);
    void remember(photoIds);
    return;
  }
  data.setData(PHOTOS, photoIds.join(','));
  data.effectAllowed = 'copy';
  const picture = new Image(96);
  picture.src = thumbnailUrl(tile.contentId);
  data.setDragImage(picture, 12, 12);
  // A browser hands over one file, under its name.
  const address = tile.duration === null ? originalUrl(tile.photoId) : videoUrl(tile.photoId);
  const { href } = new URL(address, location.href);
  data.setData('DownloadURL', `application/octet-stream:${tile.name}:${href}`);
  data.setData('text/uri-list', href);
}

async function remember(photoIds: readonly number[]): Promise<void> {
  taken = undefined;
  const { paths } = await transport.call('listPaths', { photoIds: [...photoIds] });
  taken = { photoIds, paths: new Set(paths) };
}

/** Whether photos of the page may be over something: what files are is told only when they are dropped. */
export const isPhotos = ({ dataTransfer }: DragEvent): boolean =>
  dataTransfer !== null &&
  (dataTransfer.types.includes(PHOTOS) || (taken !== undefined && dataTransfer.types.includes('Files')));

/** The photos of the page that were dropped; none where it was something else. */
export function droppedPhotos({ dataTransfer }: DragEvent): readonly number[] {
  const ids = (dataTransfer?.getData(PHOTOS) ?? '').split(',').filter(Boolean).map(Number);
  if (ids.length > 0) return ids;
  const files = [...(dataTransfer?.files ?? [])];
  const isTaken = files.length > 0 && files.every((file) => taken?.paths.has(transport.pathOf?.(file) ?? ''));
  return isTaken ? taken!.photoIds : [];
}
