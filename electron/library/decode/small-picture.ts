// A picture as small as two are compared by.
import sharp, { type Sharp } from 'sharp';
import { fromRgb, type ColourPicture } from '../../numeric/colour-picture.ts';
import type { GreyPicture } from '../../numeric/grey-picture.ts';
import { GREY_SIDE } from '../../numeric/picture-correlation.ts';
import { signatureOf } from '../../numeric/picture-signature.ts';

export interface SmallPicture {
  readonly width: number;
  readonly height: number;
  /** uint8, (height, width): luminance. */
  readonly pixels: Uint8Array;
}

export interface SeenPicture {
  readonly small: SmallPicture;
  /** See numeric/picture-signature.ts. */
  readonly signature: Float32Array;
}

export async function seePicture(picture: Sharp): Promise<SeenPicture> {
  const small = await greyOf(picture, GREY_SIDE);
  return { small, signature: signatureOf(toGrey(small)) };
}

/** @param jpegs JPEGs */
export async function seePictures(jpegs: readonly Uint8Array[]): Promise<SeenPicture[]> {
  const seen: SeenPicture[] = [];
  for (const jpeg of jpegs) seen.push(await seePicture(sharp(jpeg)));
  return seen;
}

/** @param side pixels of the longer side; one that has fewer stays as it is where that is asked */
export async function greyOf(picture: Sharp, side: number, withoutEnlargement = false): Promise<SmallPicture> {
  const { data, info } = await picture
    .resize(side, side, { fit: 'inside', kernel: 'linear', withoutEnlargement })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

/** @param side pixels of the longer side; one that has fewer stays as it is */
export async function coloursOf(picture: Sharp, side: number): Promise<ColourPicture> {
  const { data, info } = await picture
    .resize(side, side, { fit: 'inside', kernel: 'linear', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return fromRgb(data, info.width, info.height);
}

export const toGrey = ({ width, height, pixels }: SmallPicture): GreyPicture => ({
  width,
  height,
  pixels: new Float32Array(pixels),
});
