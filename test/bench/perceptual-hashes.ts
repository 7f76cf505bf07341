// Perceptual hashes, as other programs find duplicates by: groups of files whose hashes differ in few bits.
import { bmvbhash } from 'blockhash-core';
import sharp from 'sharp';
import sharpPhash from 'sharp-phash';
import { stars } from '../../electron/search/stars.ts';

/** Bits a side of block mean hashes: 64 bits, as pHash has. */
const BLOCK_BITS = 8;
/** Pixels of the longer side that block means are taken of. */
const BLOCK_SIDE = 256;

/** Of hashes with 64 bits. */
const HASH_SIDE = 8;
const WAVELET_SIDE = 256;

/** Its types say that it exports a default beside the function that it is. */
const phash = sharpPhash as unknown as (path: string) => Promise<string>;

/** A hash of 64 bits. */
type Hasher = (path: string) => Promise<bigint>;

/** Luminance, (height, width). */
const grey = (path: string, width: number, height: number): Promise<Buffer> =>
  sharp(path).greyscale().resize(width, height, { fit: 'fill' }).raw().toBuffer();

const fromBits = (bits: readonly boolean[]): bigint => BigInt(`0b${bits.map(Number).join('')}`);

export const hashers: Record<string, Hasher> = {
  // After ImageHash's description: no library of it for Node is kept up.
  dHash: async (path) => {
    const pixels = [...(await grey(path, HASH_SIDE + 1, HASH_SIDE))];
    return fromBits(
      Array.from({ length: HASH_SIDE ** 2 }, (_, i) => {
        const at = i + Math.floor(i / HASH_SIDE);
        return pixels[at + 1] > pixels[at];
      }),
    );
  },
  // The same: of Haar wavelets, without the mean of all, what is left at this size are the means of squares.
  'wavelet hash': async (path) => {
    const picture = await grey(path, WAVELET_SIDE, WAVELET_SIDE);
    const step = WAVELET_SIDE / HASH_SIDE;
    const means = new Float32Array(HASH_SIDE ** 2);
    for (const [i, value] of picture.entries())
      means[Math.floor(i / WAVELET_SIDE / step) * HASH_SIDE + Math.floor((i % WAVELET_SIDE) / step)] += value;
    const median = means.toSorted()[means.length / 2];
    return fromBits(Array.from(means, (mean) => mean > median));
  },
  pHash: async (path) => BigInt(`0b${await phash(path)}`),
  'block means': async (path) => {
    const { data, info } = await sharp(path)
      .resize(BLOCK_SIDE, BLOCK_SIDE, { fit: 'inside' })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return BigInt(
      `0x${bmvbhash({ width: info.width, height: info.height, data: new Uint8ClampedArray(data) }, BLOCK_BITS)}`,
    );
  },
};

export async function hashAll(paths: readonly string[], hasher: Hasher): Promise<bigint[]> {
  const hashes: bigint[] = [];
  for (const path of paths) hashes.push(await hasher(path));
  return hashes;
}

/**
 * Groups of paths at each number of bits that two may differ in, from none up to the most.
 * @param hashes of each path
 * @param asked how many paths, the first ones, are asked about: groups of others alone are not looked for
 */
export function* groupsByHash(
  paths: readonly string[],
  hashes: readonly bigint[],
  mostBits: number,
  asked: number,
): Generator<string[][]> {
  const halves = hashes.map((hash) => [Number(hash >> 32n), Number(hash & 0xffffffffn)] as const);
  const links: [number, number][][] = Array.from({ length: mostBits + 1 }, () => []);
  for (let i = 0; i < asked; i++)
    for (let j = i + 1; j < halves.length; j++) {
      const bits = bitsIn(halves[i][0] ^ halves[j][0]) + bitsIn(halves[i][1] ^ halves[j][1]);
      if (bits <= mostBits) links[bits].push([i, j]);
    }
  for (let bits = 0; bits <= mostBits; bits++)
    yield stars(links.slice(0, bits + 1).flat()).map((group) => group.map((place) => paths[place]));
}

function bitsIn(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
