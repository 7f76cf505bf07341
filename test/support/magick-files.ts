// Pictures of kinds that sharp does not write, by ImageMagick.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  ImageMagick,
  initializeImageMagick,
  MagickFormat,
  MagickImageCollection,
  type IMagickImage,
} from '@imagemagick/magick-wasm';

let loaded: Promise<void> | undefined;

async function load(): Promise<void> {
  loaded ??= initializeImageMagick(
    readFileSync(createRequire(import.meta.url).resolve('@imagemagick/magick-wasm/magick.wasm')),
  );
  await loaded;
}

/** A picture written again as another kind. @param change what is done to it before */
export async function writeAs(
  format: MagickFormat,
  picture: Uint8Array,
  change: (image: IMagickImage) => void = () => undefined,
): Promise<Buffer> {
  await load();
  return ImageMagick.read(picture, (image) => {
    change(image);
    return image.write(format, (data) => Buffer.from(data));
  });
}

/** Several pictures in one file. */
export async function writeTogether(format: MagickFormat, pictures: readonly Uint8Array[]): Promise<Buffer> {
  await load();
  const images = MagickImageCollection.create();
  for (const picture of pictures) images.push(...MagickImageCollection.create(picture));
  return images.write(format, (data) => Buffer.from(data));
}

export { MagickFormat };
