// Which frames stand for a video: few, each unlike the others, the one first that shows most.

/** A frame that was looked at. */
export interface SampledFrame {
  /** Seconds. */
  time: number;
  /** uint8, (n, 4), RGBA: the frame in a few pixels, the same number of all. */
  pixels: Uint8ClampedArray;
}

/** Seconds between two looks, where that makes no more than the most. */
const EVERY = 2;
const FEWEST_LOOKS = 3;
const MOST_LOOKS = 48;
/** Mean difference of two frames, of 255, below which they show the same. */
const SAME = 16;
/** Mean brightness below which a frame is taken for black. */
const DARK = 20;

/** When a video is looked at, in seconds: in the middle of as many equal parts. @param duration seconds */
export function lookTimes(duration: number): number[] {
  const looks = Math.min(MOST_LOOKS, Math.max(FEWEST_LOOKS, Math.round(duration / EVERY)));
  return Array.from({ length: looks }, (_, i) => ((i + 0.5) / looks) * duration);
}

/**
 * The frame first that shows most, then always the one that is least like those chosen, until the rest shows nothing new
 * (Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985).
 * @returns places among the frames
 */
export function chooseFrames(frames: readonly SampledFrame[], most: number): number[] {
  if (frames.length === 0) return [];
  const contrasts = frames.map(({ pixels }) => contrastOf(pixels));
  let next = contrasts.indexOf(Math.max(...contrasts));
  const chosen: number[] = [];
  const nearest = frames.map(() => Infinity);
  while (chosen.length < most) {
    chosen.push(next);
    frames.forEach((frame, i) => (nearest[i] = Math.min(nearest[i], difference(frame.pixels, frames[next].pixels))));
    next = nearest.indexOf(Math.max(...nearest));
    if (nearest[next] < SAME) break;
  }
  return chosen;
}

/** Standard deviation of brightness; of a frame that is nearly black, next to nothing. */
function contrastOf(pixels: Uint8ClampedArray): number {
  let [sum, squares] = [0, 0];
  const n = pixels.length / 4;
  for (let i = 0; i < pixels.length; i += 4) {
    const brightness = 0.299 * pixels[i] + 0.587 * pixels[i + 1] + 0.114 * pixels[i + 2];
    sum += brightness;
    squares += brightness ** 2;
  }
  const mean = sum / n;
  const deviation = Math.sqrt(Math.max(0, squares / n - mean ** 2));
  return mean < DARK ? deviation / 100 : deviation;
}

function difference(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  // Of four channels the last one is always full.
  return sum / ((a.length / 4) * 3);
}
