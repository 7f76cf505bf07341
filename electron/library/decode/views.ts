// Views of a picture: the same photo mirrored, and cropped in other light. What they have in common is what a photo shows
// (deepquan/training/views.ts learns from it).
import sharp, { type Sharp } from 'sharp';
import type { PixelRequest } from '../../contract/pixels.ts';
import { seededRandom, type Random } from '../../numeric/random.ts';
import { openPicture, pixelsFor, readWorking, workingSize } from './decode.ts';

/** Views of each picture. */
export const VIEWS = 2;

/** Of the picture's area that a crop keeps at least, and of its proportions how far they change. */
const LEAST_AREA = 0.4;
const MOST_STRETCH = 4 / 3;
const BRIGHTNESS = 0.2;
const SATURATION = 0.3;

/**
 * What an embedder looks at of each view, uint8, (height, width, 3) each.
 * @param seed whole; the same gives the same views
 * @throws LikenessError 'unreadable' with the reason in words
 */
export async function decodeViews(bytes: Uint8Array, request: PixelRequest, seed: number): Promise<Uint8Array[]> {
  const source = await openPicture(bytes);
  const size = workingSize(source.width, source.height, request);
  const { working } = await readWorking(source, size);
  const picture = (): Sharp => sharp(working, { raw: { ...size, channels: 3 } });
  const mirrored = await picture().flop().raw().toBuffer();
  const whole: PixelRequest = { ...request, fit: 'fill' };
  const random = seededRandom(seed);
  const crop = cropOf(size, random);
  let seen = picture().extract(crop);
  if (random.uniform() < 0.5) seen = seen.flop();
  const light = await seen
    .modulate({ brightness: around(BRIGHTNESS, random), saturation: around(SATURATION, random) })
    .raw()
    .toBuffer();
  const { width, height } = crop;
  return [
    await pixelsFor(sharp(mirrored, { raw: { ...size, channels: 3 } }), size, request),
    await pixelsFor(sharp(light, { raw: { width, height, channels: 3 } }), crop, whole),
  ];
}

/** A rectangle of at least so much of the picture, of nearly its proportions, anywhere in it. */
function cropOf(size: { width: number; height: number }, random: Random) {
  const area = LEAST_AREA + (1 - LEAST_AREA) * random.uniform();
  const stretch = MOST_STRETCH ** (random.uniform() - 0.5);
  const side = (whole: number, share: number): number => Math.max(1, Math.min(whole, Math.round(whole * share)));
  const width = side(size.width, Math.sqrt(area) * stretch);
  const height = side(size.height, Math.sqrt(area) / stretch);
  const left = random.below(size.width - width + 1);
  return { left, top: random.below(size.height - height + 1), width, height };
}

/** A factor near 1. */
const around = (most: number, random: Random): number => 1 + most * (2 * random.uniform() - 1);
