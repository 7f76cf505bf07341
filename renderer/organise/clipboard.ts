// A photo as a picture in the clipboard, of a video the picture that stands for it. Clipboards take PNG alone.
import type { PhotoTile } from '../../electron/contract/photos.ts';
import { previewUrl, thumbnailUrl } from '../shell/media.ts';

export async function writePicture(photo: PhotoTile): Promise<void> {
  // Asked for at once, because a clipboard may be written only right after a click; the picture follows.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': pngOf(photo) })]);
}

async function pngOf({ photoId, contentId, duration }: PhotoTile): Promise<Blob> {
  const response = await fetch(duration === null ? previewUrl(photoId) : thumbnailUrl(contentId));
  if (!response.ok) throw new Error(await response.text());
  const picture = await createImageBitmap(await response.blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext('2d')!.drawImage(picture, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
