// A few numbers that a picture keeps when it is turned by quarters or mirrored, so that it is found among others without turning each.
import type { GreyPicture } from './picture-correlation.ts';

/** Pixels a side that a picture is brought to, whatever its proportions. */
const SIDE = 32;
/** Lowest frequencies along each side that are looked at. */
const FREQUENCIES = 8;
/** Below this the picture is nearly of one tone, and like many others. */
const LEAST_ENERGY = 1;

export const SIGNATURE_SIZE = FREQUENCIES ** 2 - 1;

const COSINES = Array.from({ length: FREQUENCIES }, (_, u) =>
  Float32Array.from({ length: SIDE }, (_, x) => Math.cos((Math.PI * u * (2 * x + 1)) / (2 * SIDE))),
);

/**
 * Sizes of the lowest frequencies of the discrete cosine transform, without the mean. A mirrored picture has the same but for signs,
 * and one that is turned by a quarter has rows for columns: of each such pair the larger comes first.
 * @returns float32, (SIGNATURE_SIZE), of unit length; all zero of a picture of one tone
 */
export function signatureOf(picture: GreyPicture): Float32Array {
  const square = toSquare(picture);
  const spectrum = frequenciesOf(square);
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

/** Square roots of their sizes: else the two or three strongest would say it all. */
function frequenciesOf(square: Float32Array): Float32Array {
  const rows = new Float32Array(FREQUENCIES * SIDE);
  for (let y = 0; y < SIDE; y++)
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += COSINES[u][x] * square[y * SIDE + x];
      rows[u * SIDE + y] = sum / SIDE;
    }
  const out = new Float32Array(FREQUENCIES ** 2);
  for (let u = 0; u < FREQUENCIES; u++)
    for (let v = 0; v < FREQUENCIES; v++) {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) sum += COSINES[v][y] * rows[u * SIDE + y];
      out[v * FREQUENCIES + u] = Math.sqrt(Math.abs(sum / SIDE));
    }
  return out;
}

/** The middle of each cell is enough: what is given is small and smooth. */
function toSquare({ width, height, pixels }: GreyPicture): Float32Array {
  const out = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    const row = Math.floor(((y + 0.5) * height) / SIDE) * width;
    for (let x = 0; x < SIDE; x++) out[y * SIDE + x] = pixels[row + Math.floor(((x + 0.5) * width) / SIDE)]!;
  }
  return out;
}
