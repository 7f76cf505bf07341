// How sharp a picture is, to tell shots of one scene apart.
import type { GreyPicture } from './grey-picture.ts';

/**
 * The mean square of the Laplacian (Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy: a comparative study", ICPR 2000),
 * over the variance of the picture, so that contrast alone does not count.
 * @param picture at least 3 pixels a side
 * @returns 0 or more; comparable among pictures of one scene at one size
 */
export function sharpnessOf({ width, height, pixels }: GreyPicture): number {
  let [edges, sum, squares] = [0, 0, 0];
  for (const value of pixels) {
    sum += value;
    squares += value * value;
  }
  for (let y = 1; y < height - 1; y++)
    for (let at = y * width + 1; at < (y + 1) * width - 1; at++)
      edges += (4 * pixels[at] - pixels[at - 1] - pixels[at + 1] - pixels[at - width] - pixels[at + width]) ** 2;
  const inside = (width - 2) * (height - 2);
  const variance = squares / pixels.length - (sum / pixels.length) ** 2;
  return inside <= 0 || variance < 1 ? 0 : edges / inside / variance;
}
