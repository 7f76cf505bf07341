// What the camera says of a file, without decoding its picture.
import sharp from 'sharp';
import { whileUnchanged, type FileStamp } from '../files/read-file.ts';
import { cameraFacts, type CameraFacts } from './metadata.ts';

/** @throws LikenessError 'changed' or 'unreadable' */
export function cameraFactsOfFile(path: string, stamp: FileStamp, now: number): Promise<CameraFacts> {
  return whileUnchanged(path, stamp, async () => {
    const { exif } = await sharp(path, { limitInputPixels: false, failOn: 'none' }).metadata();
    return cameraFacts(exif, now);
  });
}
