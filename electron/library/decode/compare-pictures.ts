// Whether pictures are copies of one another, by the pixels of their thumbnails.
import sharp from 'sharp';
import {
  comparable,
  correlation,
  correlationTurned,
  fitInto,
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
  /** See numeric/sharpness.ts. */
  readonly sharpness: number;
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
    const large = await grey(picture, SHARPNESS_SIDE);
    const small = fitInto(large, GREY_SIDE);
    seen.push({
      small: { ...small, pixels: Uint8Array.from(small.pixels, Math.round) },
      signature: signatureOf(small),
      sharpness: sharpnessOf(large),
    });
  }
  return seen;
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
  pixels: Float32Array.from(pixels),
});

async function grey(jpeg: Uint8Array, side: number): Promise<GreyPicture> {
  const { data, info } = await sharp(jpeg)
    .resize(side, side, { fit: 'inside' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: Float32Array.from(data) };
}
