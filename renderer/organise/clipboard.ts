// A photo as a picture in the clipboard. Clipboards take PNG alone.
import { previewUrl } from '../shell/media.ts';

export async function writePicture(photoId: number): Promise<void> {
  // Asked for at once, because a clipboard may be written only right after a click; the picture follows.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': pngOf(photoId) })]);
}

async function pngOf(photoId: number): Promise<Blob> {
  const response = await fetch(previewUrl(photoId));
  if (!response.ok) throw new Error(await response.text());
  const picture = await createImageBitmap(await response.blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext('2d')!.drawImage(picture, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
