// Thumbnails as they are compared: each decoded once, as far as it is asked for, and kept for a while, since a copy of many is compared with many.
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import sharp from 'sharp';
import { COLOUR_SIDE } from '../../numeric/colour-agreement.ts';
import type { ColourPicture } from '../../numeric/colour-picture.ts';
import type { GreyPicture } from '../../numeric/grey-picture.ts';
import { AGREEMENT_SIDE } from '../../numeric/picture-agreement.ts';
import { coloursOf, greyOf, toGrey } from './small-picture.ts';

/** Half a megabyte each, at most. */
const KEPT = 48;

export class Thumbnail {
  static readonly #kept = new LRUCache<string, Thumbnail>({ max: KEPT });

  readonly #jpeg: Uint8Array;
  #grey: Promise<GreyPicture> | undefined;
  #colours: Promise<ColourPicture> | undefined;

  private constructor(jpeg: Uint8Array) {
    this.#jpeg = jpeg;
  }

  static of(jpeg: Uint8Array): Thumbnail {
    const key = hash('sha256', jpeg);
    let one = Thumbnail.#kept.get(key);
    if (!one) Thumbnail.#kept.set(key, (one = new Thumbnail(jpeg)));
    return one;
  }

  grey(): Promise<GreyPicture> {
    return (this.#grey ??= greyOf(sharp(this.#jpeg), AGREEMENT_SIDE, true).then(toGrey));
  }

  colours(): Promise<ColourPicture> {
    return (this.#colours ??= coloursOf(sharp(this.#jpeg), COLOUR_SIDE));
  }
}
