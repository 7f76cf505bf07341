// Whether pictures are copies of one another, by the pixels of their thumbnails.
import sharp from 'sharp';
import { coloursAgree } from '../../numeric/colour-agreement.ts';
import type { Quarter } from '../../numeric/grey-picture.ts';
import { agreesEverywhere } from '../../numeric/picture-agreement.ts';
import {
  bestMatch,
  bestMatchTurned,
  comparable,
  COPIES,
  GREY_SIDE,
  type Match,
} from '../../numeric/picture-correlation.ts';
import { sharpnessOf } from '../../numeric/sharpness.ts';
import { greyOf, toGrey, type SmallPicture } from './small-picture.ts';
import { Thumbnail } from './thumbnail.ts';

/** Pixels of the longer side by which sharpness is told. */
const SHARPNESS_SIDE = 256;
const TURNS: readonly Quarter[] = [1, 2, 3];

/**
 * @param picture JPEG
 * @param others JPEGs
 * @returns the correlation of each with the picture where they fit best, as in numeric/picture-correlation.ts; -1 of what fits as a whole,
 *   but not everywhere or in other colours, as in numeric/picture-agreement.ts and numeric/colour-agreement.ts
 */
export async function comparePictures(picture: Uint8Array, others: readonly Uint8Array[]): Promise<number[]> {
  const small = async (jpeg: Uint8Array) => comparable(toGrey(await greyOf(sharp(jpeg), GREY_SIDE)));
  const one = await small(picture);
  // Few fit: for the others a small picture is enough, which decodes several times as fast.
  const own = Thumbnail.of(picture);
  return Promise.all(
    others.map(async (other) => {
      const match = bestMatch(one, await small(other));
      if (match.value < COPIES) return match.value;
      return (await agree(own, Thumbnail.of(other), match)) ? match.value : -1;
    }),
  );
}

/** In colour only what agrees in grey is decoded. */
const agree = async (a: Thumbnail, b: Thumbnail, match: Match): Promise<boolean> =>
  agreesEverywhere(await a.grey(), await b.grey(), match) && coloursAgree(await a.colours(), await b.colours(), match);

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

/** Where each one's others fit best; all may be slanted. */
export function compareSmall(asked: readonly Comparison[]): Match[][] {
  return asked.map(({ picture, others }) => {
    const one = comparable(toGrey(picture));
    return others.map(({ picture: other, turned }) =>
      bestMatchTurned(one, comparable(toGrey(other)), turned ? TURNS : []),
    );
  });
}

/** A picture, and those whose small ones match its own. All JPEGs. */
export interface AgreementQuestion {
  readonly picture: Uint8Array;
  readonly others: readonly { picture: Uint8Array; match: Match }[];
}

/** Whether each one's others agree with it everywhere, as in numeric/picture-agreement.ts, and in their colours. */
export async function comparePlaces(asked: readonly AgreementQuestion[]): Promise<boolean[][]> {
  const answers: boolean[][] = [];
  for (const { picture, others } of asked) {
    const own = Thumbnail.of(picture);
    const agreeing: boolean[] = [];
    for (const other of others) agreeing.push(await agree(own, Thumbnail.of(other.picture), other.match));
    answers.push(agreeing);
  }
  return answers;
}
