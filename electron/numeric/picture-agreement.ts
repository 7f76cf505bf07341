// Whether two pictures that fit as wholes fit everywhere. Pages of text, forms that are filled in, slides of one talk and two moments of one
// scene fit as wholes, though they show something else: at a few pixels they look alike. See docs/experiments/duplicates.md.
import { crossDetailOf, resample, windowMeans, type GreyPicture } from './grey-picture.ts';
import { changed, type Match } from './picture-correlation.ts';

/** Pixels of the longer side that pictures are best given with. */
export const AGREEMENT_SIDE = 320;

/** Longer side of the whole as it is compared, where both pictures have as many pixels. */
const SIDE = 192;
/** What is larger than this many pixels, or goes on along a line or a column for longer, does not count: so do lines of text. */
const DETAIL = 5;
/** Side of the windows that are compared one by one, and the step from one to the next, in pixels. */
const WINDOW = 12;
const STEP = 6;
/** By how many pixels a window may lie elsewhere than the match says, at half the size; and then at the whole size. */
const FAR = 3;
const NEAR = 1;
/** Of each side, what lies beside the windows: borders, bars and words stand there. */
const BESIDE = 0.13;
/** How well a window has to agree, and the share of windows that need not. */
const AGREES = 0.68;
const MAY_DIFFER = 0.02;
/** Energy of a pixel up to which it may be noise: that of a picture that was recompressed. */
const NOISE = 10;
/** By how much both are made smaller at least: at their own size, what was recompressed or was smaller once agrees badly. */
const BLUR = 1.25;
/** Pixels for each of the match, from which they are compared at half the size first. */
const WORTH_HALVING = 2;

/** A part and a whole at the size that they are compared at. */
interface Pair {
  readonly part: GreyPicture;
  readonly whole: GreyPicture;
  /** Where the part lies in the whole. */
  readonly left: number;
  readonly top: number;
  /** What brings the contrast of the whole to that of the part. */
  readonly gain: number;
  /** Energy that a window with nothing in it is taken to have. */
  readonly calm: number;
}

/** Pixels by which a window lies elsewhere. */
interface Shift {
  readonly dx: number;
  readonly dy: number;
}

const HERE: Shift = { dx: 0, dy: 0 };

/**
 * Windows of the one are compared with the other by their contrast and structure, as in the structural similarity of pictures (Wang, Bovik,
 * Sheikh, Simoncelli 2004, section III.B), each where it agrees best near its place.
 *
 * @param a, b pictures whose small ones match
 * @param match of their small ones
 * @returns whether nearly all windows agree
 */
export function agreesEverywhere(a: GreyPicture, b: GreyPicture, match: Match): boolean {
  const own = changed(a, match);
  const [part, whole] = match.isPart ? [own, b] : [b, own];
  const scale = Math.min(
    SIDE / Math.max(match.whole.width, match.whole.height),
    part.width / match.width / BLUR,
    whole.width / match.whole.width / BLUR,
  );
  if (scale < WORTH_HALVING) return agree(pairAt(part, whole, match, scale), () => HERE, FAR);
  const half = pairAt(part, whole, match, scale / 2);
  // Exactly twice as large, so that a place in the one is a place in the other.
  return agree(pairAt(part, whole, match, scale / 2, 2), shiftsBy(half), NEAR);
}

/** How far a place of the whole size lies elsewhere, told at half the size by the window next to it. */
function shiftsBy(half: Pair): (x: number, y: number) => Shift {
  const known = new Map<number, Shift>();
  return (x, y) => {
    const [column, row] = [Math.round(x / 2 / STEP), Math.round(y / 2 / STEP)];
    const key = row * half.part.width + column;
    let shift = known.get(key);
    if (!shift) {
      const { dx, dy } = bestShift(half, column * STEP, row * STEP, HERE, FAR);
      known.set(key, (shift = { dx: 2 * dx, dy: 2 * dy }));
    }
    return shift;
  };
}

function agree(pair: Pair, near: (x: number, y: number) => Shift, reach: number): boolean {
  const windows = windowsOf(pair.part);
  let left = Math.floor(MAY_DIFFER * windows.length);
  for (const { x, y } of windows)
    if (bestShift(pair, x, y, near(x, y), reach).agreement < AGREES && left-- === 0) return false;
  return true;
}

/** Upper left corners of the windows of a part. */
function windowsOf({ width, height }: GreyPicture): { x: number; y: number }[] {
  // At its edge the mean around a pixel holds what lies around the part.
  const [beside, above] = [width, height].map((side) => Math.round(side * BESIDE) + DETAIL) as [number, number];
  const windows: { x: number; y: number }[] = [];
  for (let y = above; y + WINDOW <= height - above; y += STEP)
    for (let x = beside; x + WINDOW <= width - beside; x += STEP) windows.push({ x, y });
  return windows;
}

/** Where a window agrees best near a place; -1 where all of it would lie outside. */
function bestShift(pair: Pair, left: number, top: number, from: Shift, reach: number): Shift & { agreement: number } {
  const { part, whole, gain, calm } = pair;
  const [x, y] = [Math.min(Math.round(left), part.width - WINDOW), Math.min(Math.round(top), part.height - WINDOW)];
  let best = { ...from, agreement: -1 };
  for (let dy = from.dy - reach; dy <= from.dy + reach; dy++) {
    const toY = pair.top + y + dy;
    if (toY < 0 || toY + WINDOW > whole.height) continue;
    for (let dx = from.dx - reach; dx <= from.dx + reach; dx++) {
      const toX = pair.left + x + dx;
      if (toX < 0 || toX + WINDOW > whole.width) continue;
      let [own, other, both] = [0, 0, 0];
      for (let j = 0; j < WINDOW; j++) {
        let at = (y + j) * part.width + x;
        let to = (toY + j) * whole.width + toX;
        for (const end = at + WINDOW; at < end; at++, to++) {
          const [p, q] = [part.pixels[at], gain * whole.pixels[to]];
          own += p * p;
          other += q * q;
          both += p * q;
        }
      }
      const agreement = (2 * both + calm) / (own + other + calm);
      if (agreement > best.agreement) best = { dx, dy, agreement };
    }
  }
  return best;
}

function pairAt(part: GreyPicture, whole: GreyPicture, match: Match, scale: number, times = 1): Pair {
  const to = (pixels: number): number => Math.round(pixels * scale) * times;
  const [ownDetail, otherDetail] = [
    crossDetailOf(resample(part, to(match.width), to(match.height)), DETAIL),
    crossDetailOf(resample(whole, to(match.whole.width), to(match.whole.height)), DETAIL),
  ];
  const place = { part: ownDetail, whole: otherDetail, left: to(match.x), top: to(match.y) };
  const { own, other, pixels } = energies(place);
  // By the mean alone, where a sun stands before the sky, all but the sun would be calm.
  const usual = Math.min(own / Math.max(1, pixels), upperQuartile(ownDetail));
  return {
    ...place,
    gain: other > 0 ? Math.sqrt(own / other) : 0,
    calm: 2 * WINDOW * WINDOW * Math.max(NOISE, usual),
  };
}

/** Energy of a pixel that three quarters of the windows have at most. */
function upperQuartile(part: GreyPicture): number {
  const squares = { ...part, pixels: part.pixels.map((value) => value * value) };
  const means = windowMeans(squares, WINDOW);
  const energies = windowsOf(part).map(({ x, y }) => means.pixels[y * means.width + x]);
  return energies.sort((a, b) => a - b)[Math.floor(0.75 * energies.length)] ?? 0;
}

/** Of what is compared of a part, and of what lies there in the whole. */
function energies({ part, whole, left, top }: Pick<Pair, 'part' | 'whole' | 'left' | 'top'>) {
  const [beside, above] = [part.width, part.height].map((side) => Math.round(side * BESIDE) + DETAIL) as [
    number,
    number,
  ];
  let [own, other, pixels] = [0, 0, 0];
  for (let y = above; y < part.height - above; y++) {
    for (let x = beside; x < part.width - beside; x++) {
      const [toX, toY] = [x + left, y + top];
      if (toX < 0 || toY < 0 || toX >= whole.width || toY >= whole.height) continue;
      const [p, q] = [part.pixels[y * part.width + x], whole.pixels[toY * whole.width + toX]];
      own += p * p;
      other += q * q;
      pixels++;
    }
  }
  return { own, other, pixels };
}
