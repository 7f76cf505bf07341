// Whether pictures are copies of one another, by the pixels of their thumbnails.
import sharp from 'sharp';
import {
  comparable,
  correlation,
  correlationTurned,
  GREY_SIDE,
  type GreyPicture,
  type Quarter,
} from '../../numeric/picture-correlation.ts';
import { signatureOf } from '../../numeric/picture-signature.ts';
import { sharpnessOf } from '../../numeric/sharpness.ts';

/** Pixels of the longer side by which sharpness is told. */
const SHARPNESS_SIDE = 256;
const TURNS: readonly Quarter[] = [1, 2, 3];

/** What pictures are compared by. */
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

/**
 * @param picture JPEG
 * @param others JPEGs
 * @returns the correlation of each with the picture, as in numeric/picture-correlation.ts
 */
export async function comparePictures(picture: Uint8Array, others: readonly Uint8Array[]): Promise<number[]> {
  const one = comparable(await grey(picture, GREY_SIDE));
  return Promise.all(others.map(async (other) => correlation(one, comparable(await grey(other, GREY_SIDE)))));
}

/** @param pictures JPEGs */
export async function seePictures(pictures: readonly Uint8Array[]): Promise<SeenPicture[]> {
  const seen: SeenPicture[] = [];
  for (const picture of pictures) {
    const small = await grey(picture, GREY_SIDE);
    seen.push({ small: { ...small, pixels: Uint8Array.from(small.pixels) }, signature: signatureOf(small) });
  }
  return seen;
}

/** See numeric/sharpness.ts. @param pictures JPEGs */
export async function measureSharpness(pictures: readonly Uint8Array[]): Promise<number[]> {
  const values: number[] = [];
  for (const picture of pictures) values.push(sharpnessOf(await grey(picture, SHARPNESS_SIDE)));
  return values;
}

/**
 * As comparePictures, for some that may be turned by quarters and all that may be slanted.
 * @param others with whether each may be turned
 */
export function compareSmall(
  picture: SmallPicture,
  others: readonly { picture: SmallPicture; turned: boolean }[],
): number[] {
  const one = comparable(toGrey(picture));
  return others.map(({ picture: other, turned }) =>
    correlationTurned(one, comparable(toGrey(other)), turned ? TURNS : []),
  );
}

const toGrey = ({ width, height, pixels }: SmallPicture): GreyPicture => ({
  width,
  height,
  pixels: new Float32Array(pixels),
});

async function grey(jpeg: Uint8Array, side: number): Promise<GreyPicture> {
  const { data, info } = await sharp(jpeg)
    .resize(side, side, { fit: 'inside', kernel: 'linear' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: new Float32Array(data) };
}
