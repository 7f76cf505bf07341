// Whether two pictures are copies of one another, told by their pixels: resized, recompressed, brightened, mirrored, or one
// cut out of the other. Template matching by normalized cross-correlation, from coarse to fine (Lewis 1995).
import {
  detailOf,
  fitInto,
  inner,
  LONGEST,
  mirror,
  resample,
  slant,
  sumsOf,
  turn,
  within,
  type GreyPicture,
  type Quarter,
} from './grey-picture.ts';

/** Pixels of the longer side that a picture is best given with. */
export const GREY_SIDE = 64;

/** Correlation from which two pictures are copies; see docs/experiments/duplicates.md. */
export const COPIES = 0.68;

/** From here on nobody looks for a better fit. */
const CERTAIN = 0.95;

/** How much of the whole's sides a part takes. */
const SCALES = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6];
/** A smaller part says too little. */
const LEAST_AREA = 0.3;
const LEAST_SIDE = 5;
/** Longer sides at which places are looked for, and looked at again. */
const COARSE = 20;
const FINE = 48;
/** Places that are looked at again, and the correlation they need. */
const KEPT = 3;
const PROMISING = 0.75;
const FINE_STEPS = [-0.025, 0, 0.025];
const FINE_SHIFT = 2;
const WORTH_REFINING = 0.15;
/** What is larger than this many fine pixels, such as the sky over the land, does not count: it is alike in many photos. */
const DETAIL = 3;
const LEAST_VARIANCE = 1e-3;

/** What of each side lies beside the middle, and how much less the middle may fit than all of it. */
const BESIDE = 0.2;
const LENIENCY = 0.25;
/** Correlation of a few pixels from which one may be the other turned. */
const LOOKS_TURNED = 0.6;
/** A few degrees by which a picture may have been put straight, tried where the pictures nearly fit. */
const SLANTS = [-3, 3, -1.5, 1.5];
/** Of the other's sides, what one that was put straight takes at least. */
const LEAST_SLANTED = 0.8;
/** Correlation from which pictures nearly fit. */
const NEARLY = 0.3;

/** One picture at the sizes that are compared, and mirrored. */
export interface ComparedPicture {
  readonly upright: Sizes;
  readonly mirrored: () => Sizes;
}

interface Sizes {
  readonly fine: GreyPicture;
  readonly coarse: Searched;
  readonly detail: Searched;
  /** What it looks for in others, by the size that it is brought to: made once. */
  readonly coarseTemplate: BySize<Template>;
  readonly detailTemplate: BySize<DetailTemplate>;
}

type BySize<T> = (width: number, height: number) => T;

/** The details of a picture without what lies at its edge, and the middle of them. */
interface DetailTemplate {
  readonly whole: Template;
  readonly middle: () => { template: Template; across: number; down: number };
}

/** A picture in which places are looked for: with what is above and to the left of each pixel, (height + 1, width + 1). */
interface Searched extends GreyPicture {
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

export function comparable(picture: GreyPicture): ComparedPicture {
  return { upright: sizesOf(picture), mirrored: once(() => sizesOf(mirror(picture))) };
}

/** Where a part fits best in a whole. */
export interface Fit {
  /** Correlation of their details, -1 to 1; -1 where it fits nowhere. */
  readonly value: number;
  /** Size of the whole as it was compared, in pixels. */
  readonly whole: { readonly width: number; readonly height: number };
  /** Size of the part in it, and its upper left corner. */
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
}

/** Where two pictures fit best, and what was done to the first for it, in this order. */
export interface Match extends Fit {
  readonly mirrored: boolean;
  readonly quarters: 0 | Quarter;
  readonly degrees: number;
  /** Whether the first is the part. */
  readonly isPart: boolean;
}

type Change = Pick<Match, 'mirrored' | 'quarters' | 'degrees'>;

const NOWHERE: Fit = { value: -1, whole: { width: 0, height: 0 }, width: 0, height: 0, x: 0, y: 0 };
const UNCHANGED: Change = { mirrored: false, quarters: 0, degrees: 0 };

/** Where they fit best. */
export function bestMatch(a: ComparedPicture, b: ComparedPicture): Match {
  let best: Match = { ...NOWHERE, ...UNCHANGED, isPart: true };
  for (const mirrored of [false, true]) {
    best = better(best, () => matchOf(mirrored ? a.mirrored() : a.upright, b.upright, { ...UNCHANGED, mirrored }));
    if (best.value >= CERTAIN) break;
  }
  return best;
}

/** As bestMatch, for one that may be turned by quarters, or slanted by a few degrees. @param turns quarters that are tried */
export function bestMatchTurned(a: ComparedPicture, b: ComparedPicture, turns: readonly Quarter[]): Match {
  let best = bestMatch(a, b);
  for (const quarters of turns) {
    if (best.value >= COPIES) return best;
    if (coarseCorrelation(turn(a.upright.coarse, quarters), b.upright.coarse) < LOOKS_TURNED) continue;
    const turned = sizesOf(turn(a.upright.fine, quarters));
    best = better(best, () => matchOf(turned, b.upright, { ...UNCHANGED, quarters }));
  }
  if (best.value < NEARLY) return best;
  for (const degrees of SLANTS) {
    if (best.value >= COPIES) return best;
    const slanted = sizesOf(slant(a.upright.fine, degrees));
    // It was cut to what is picture all over, so that it lies within the other.
    const found = fit(slanted, b.upright, LEAST_SLANTED);
    best = better(best, () => ({ ...found, ...UNCHANGED, degrees, isPart: true }));
  }
  return best;
}

/** What was done to the first picture for a match, done to a larger one of it. */
export function changed(picture: GreyPicture, { mirrored, quarters, degrees }: Change): GreyPicture {
  let made = mirrored ? mirror(picture) : picture;
  if (quarters > 0) made = turn(made, quarters as Quarter);
  return degrees === 0 ? made : slant(made, degrees);
}

function matchOf(a: Sizes, b: Sizes, change: Change): Match {
  const asPart: Match = { ...fit(a, b), ...change, isPart: true };
  return asPart.value >= CERTAIN ? asPart : better(asPart, () => ({ ...fit(b, a), ...change, isPart: false }));
}

function better<T extends Fit>(best: T, make: () => T): T {
  const one = make();
  return one.value > best.value ? one : best;
}

/** Of a few pixels of each as a whole; -1 where their proportions differ. */
function coarseCorrelation(a: GreyPicture, b: Searched): number {
  if (Math.abs(a.width - b.width) > 1 || Math.abs(a.height - b.height) > 1) return -1;
  return correlate(toTemplate(resample(a, b.width, b.height)), b, 0, 0);
}

/** How well a part fits where it fits best in a whole. */
function fit(part: Sizes, whole: Sizes, leastScale = 0): Fit {
  // As a whole it is always looked at: a bar with words hides most of what a few pixels show.
  const asWhole = fitAt(part, whole, { scale: 1, x: 0, y: 0 });
  if (asWhole.value >= CERTAIN) return asWhole;
  return coarsePlaces(part, whole.coarse, leastScale).reduce(
    (best, place) => better(best, () => fitAt(part, whole, place)),
    asWhole,
  );
}

/** Where a part may lie in a whole. x, y: shares of the whole's sides. */
interface Place {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** How well a part fits near a place, at nearly its scale. */
function fitAt(part: Sizes, whole: Sizes, { scale, x, y }: Place): Fit {
  let best = NOWHERE;
  for (const step of FINE_STEPS) {
    const at = Math.min(1, scale + step);
    const size = sizeWithin(part.fine, whole.fine, at);
    if ((step > 0 && at === scale) || size.width > whole.fine.width || size.height > whole.fine.height) continue;
    const detail = part.detailTemplate(size.width, size.height);
    const [left, top] = [x * whole.fine.width + DETAIL, y * whole.fine.height + DETAIL];
    const found = bestNear(detail.whole, whole.detail, left, top);
    let { value } = found;
    if (value <= best.value) continue;
    if (value >= NEARLY) {
      // Borders and bars of two pictures may be the same: the middle has to be, too.
      const { template, across, down } = detail.middle();
      value = Math.min(value, correlate(template, whole.detail, found.x + across, found.y + down) + LENIENCY);
    }
    if (value > best.value)
      best = { value, whole: sizeOf(whole.fine), ...size, x: found.x - DETAIL, y: found.y - DETAIL };
  }
  return best;
}

const sizeOf = ({ width, height }: GreyPicture): Fit['whole'] => ({ width, height });

/** The most promising places of a part in a whole. */
function coarsePlaces(part: Sizes, whole: Searched, leastScale: number): Place[] {
  const places: (Place & { value: number })[] = [];
  for (const scale of SCALES) {
    if (scale < leastScale) break;
    const { width, height } = sizeWithin(part.fine, whole, scale);
    if (width < LEAST_SIDE || height < LEAST_SIDE || width > whole.width || height > whole.height) continue;
    if (width * height < LEAST_AREA * whole.width * whole.height) continue;
    const template = part.coarseTemplate(width, height);
    for (let y = 0; y + height <= whole.height; y++) {
      for (let x = 0; x + width <= whole.width; x++) {
        const value = correlate(template, whole, x, y);
        if (value >= PROMISING) places.push({ scale, x: x / whole.width, y: y / whole.height, value });
      }
    }
  }
  return places.sort((a, b) => b.value - a.value).slice(0, KEPT);
}

function bestNear(template: Template, whole: Searched, x: number, y: number): { value: number; x: number; y: number } {
  const [left, top] = [Math.round(x), Math.round(y)];
  let best = { value: -1, x: left, y: top };
  const look = (toX: number, toY: number): void => {
    if (Math.max(Math.abs(toX - left), Math.abs(toY - top)) > FINE_SHIFT || toX < 0 || toY < 0) return;
    if (toX + template.width > whole.width || toY + template.height > whole.height) return;
    const value = correlate(template, whole, toX, toY);
    if (value > best.value) best = { value, x: toX, y: toY };
  };
  // Every second place first; those in between where it nearly fits.
  for (let dy = -FINE_SHIFT; dy <= FINE_SHIFT; dy += 2)
    for (let dx = -FINE_SHIFT; dx <= FINE_SHIFT; dx += 2) look(left + dx, top + dy);
  if (best.value < WORTH_REFINING) return best;
  const { x: nearX, y: nearY } = best;
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) if (dx !== 0 || dy !== 0) look(nearX + dx, nearY + dy);
  return best;
}

/** Pixels of a part that takes a share of a whole as far as it fits in, by its own proportions. */
function sizeWithin(part: GreyPicture, whole: GreyPicture, scale: number): { width: number; height: number } {
  const factor = scale * Math.min(whole.width / part.width, whole.height / part.height);
  return { width: Math.round(part.width * factor), height: Math.round(part.height * factor) };
}

/** A picture less its mean, and the sum of its squares. */
interface Template {
  readonly width: number;
  readonly height: number;
  readonly centred: Float32Array;
  readonly energy: number;
}

function toTemplate({ width, height, pixels }: GreyPicture): Template {
  let sum = 0;
  for (const value of pixels) sum += value;
  const mean = sum / pixels.length;
  const centred = new Float32Array(pixels.length);
  let energy = 0;
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i] - mean;
    centred[i] = value;
    energy += value * value;
  }
  return { width, height, centred, energy };
}

function toDetailTemplate(picture: GreyPicture): DetailTemplate {
  // What lies around the part, as a border, is in the means of the outermost pixels: they do not count.
  const detail = inner(detailOf(picture, DETAIL), DETAIL, DETAIL);
  const [across, down] = [Math.floor(detail.width * BESIDE), Math.floor(detail.height * BESIDE)];
  const middle = once(() => ({ template: toTemplate(inner(detail, across, down)), across, down }));
  return { whole: toTemplate(detail), middle };
}

function correlate({ width, height, centred, energy }: Template, whole: Searched, left: number, top: number): number {
  const { width: across, pixels } = whole;
  let products = 0;
  for (let y = 0, i = 0; y < height; y++) {
    let at = (top + y) * across + left;
    for (const end = i + width; i < end; i++, at++) products += centred[i] * pixels[at];
  }
  const sum = within(whole.sums, across, left, top, width, height);
  const variance = within(whole.squares, across, left, top, width, height) - (sum * sum) / (width * height);
  return products / Math.sqrt(Math.max(LEAST_VARIANCE, energy) * Math.max(LEAST_VARIANCE, variance));
}

function searched(picture: GreyPicture): Searched {
  const { pixels } = picture;
  const squares = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) squares[i] = pixels[i] * pixels[i];
  return { ...picture, sums: sumsOf(picture, pixels), squares: sumsOf(picture, squares) };
}

function sizesOf(picture: GreyPicture): Sizes {
  const fine = fitInto(picture, FINE);
  return {
    fine,
    coarse: searched(fitInto(fine, COARSE)),
    detail: searched(detailOf(fine, DETAIL)),
    coarseTemplate: bySize((width, height) => toTemplate(resample(fine, width, height))),
    detailTemplate: bySize((width, height) => toDetailTemplate(resample(fine, width, height))),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function bySize<T>(make: BySize<T>): BySize<T> {
  const made = new Map<number, T>();
  return (width, height) => {
    const key = width * LONGEST + height;
    let one = made.get(key);
    if (one === undefined) made.set(key, (one = make(width, height)));
    return one;
  };
}
