// Whether pictures are copies of one another, by the pixels of their thumbnails.
import sharp from 'sharp';
import type { Quarter } from '../../numeric/grey-picture.ts';
import { comparable, correlation, correlationTurned, GREY_SIDE } from '../../numeric/picture-correlation.ts';
import { sharpnessOf } from '../../numeric/sharpness.ts';
import { greyOf, toGrey, type SmallPicture } from './small-picture.ts';

/** Pixels of the longer side by which sharpness is told. */
const SHARPNESS_SIDE = 256;
const TURNS: readonly Quarter[] = [1, 2, 3];

/**
 * @param picture JPEG
 * @param others JPEGs
 * @returns the correlation of each with the picture, as in numeric/picture-correlation.ts
 */
export async function comparePictures(picture: Uint8Array, others: readonly Uint8Array[]): Promise<number[]> {
  const grey = async (jpeg: Uint8Array) => toGrey(await greyOf(sharp(jpeg), GREY_SIDE));
  const one = comparable(await grey(picture));
  return Promise.all(others.map(async (other) => correlation(one, comparable(await grey(other)))));
}

/** See numeric/sharpness.ts. @param pictures JPEGs */
export async function measureSharpness(pictures: readonly Uint8Array[]): Promise<number[]> {
  const values: number[] = [];
  for (const picture of pictures) values.push(sharpnessOf(toGrey(await greyOf(sharp(picture), SHARPNESS_SIDE))));
  return values;
}

/** A picture, and those that it is compared with. */
export interface Comparison {
  readonly picture: SmallPicture;
  /** With whether each may be turned by quarters. */
  readonly others: readonly { picture: SmallPicture; turned: boolean }[];
}

/** As comparePictures, where all may be slanted. @returns correlations of each one's others */
export function compareSmall(asked: readonly Comparison[]): number[][] {
  return asked.map(({ picture, others }) => {
    const one = comparable(toGrey(picture));
    return others.map(({ picture: other, turned }) =>
      correlationTurned(one, comparable(toGrey(other)), turned ? TURNS : []),
    );
  });
}
