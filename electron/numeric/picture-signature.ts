// A few numbers that a picture keeps when it is turned by quarters or mirrored, so that it is found among others without turning each.
import type { GreyPicture } from './grey-picture.ts';

/** Lowest frequencies along each side that are looked at. */
const FREQUENCIES = 8;
/** Below this the picture is nearly of one tone, and like many others. */
const LEAST_ENERGY = 1;

export const SIGNATURE_SIZE = FREQUENCIES ** 2 - 1;

/** By the length of a side: (FREQUENCIES, length). */
const cosines = new Map<number, Float32Array>();

/**
 * Sizes of the lowest frequencies of the discrete cosine transform, without the mean. A mirrored picture has the same but for signs,
 * and one that is turned by a quarter has rows for columns: of each such pair the larger comes first.
 * @returns float32, (SIGNATURE_SIZE), of unit length; all zero of a picture of one tone
 */
export function signatureOf(picture: GreyPicture): Float32Array {
  const spectrum = frequenciesOf(picture);
  const signature = new Float32Array(SIGNATURE_SIZE);
  let at = 0;
  for (let u = 0; u < FREQUENCIES; u++) {
    for (let v = u; v < FREQUENCIES; v++) {
      const [one, other] = [spectrum[u * FREQUENCIES + v], spectrum[v * FREQUENCIES + u]];
      if (u === v) {
        if (u > 0) signature[at++] = one;
        continue;
      }
      signature[at++] = Math.max(one, other);
      signature[at++] = Math.min(one, other);
    }
  }
  const length = Math.hypot(...signature);
  return length < LEAST_ENERGY ? signature.fill(0) : signature.map((value) => value / length);
}

/** (FREQUENCIES, FREQUENCIES), upwards first. Square roots of their sizes: else the two or three strongest would say it all. */
function frequenciesOf({ width, height, pixels }: GreyPicture): Float32Array {
  const [across, down] = [cosinesOf(width), cosinesOf(height)];
  const rows = new Float32Array(FREQUENCIES * height);
  for (let u = 0; u < FREQUENCIES; u++)
    for (let y = 0; y < height; y++) {
      let sum = 0;
      for (let x = 0; x < width; x++) sum += across[u * width + x] * pixels[y * width + x];
      rows[u * height + y] = sum / width;
    }
  const out = new Float32Array(FREQUENCIES ** 2);
  for (let v = 0; v < FREQUENCIES; v++)
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0;
      for (let y = 0; y < height; y++) sum += down[v * height + y] * rows[u * height + y];
      out[v * FREQUENCIES + u] = Math.sqrt(Math.abs(sum / height));
    }
  return out;
}

function cosinesOf(length: number): Float32Array {
  const known = cosines.get(length);
  if (known) return known;
  const made = Float32Array.from({ length: FREQUENCIES * length }, (_, i) =>
    Math.cos((Math.PI * Math.floor(i / length) * (2 * (i % length) + 1)) / (2 * length)),
  );
  cosines.set(length, made);
  return made;
}
