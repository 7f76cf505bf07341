// Whether two pictures are copies of one another, told by their pixels: resized, recompressed, brightened, mirrored, or one
// cut out of the other. Template matching by normalized cross-correlation, from coarse to fine (Lewis 1995).

/** Luminance of a small picture. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  /** float32, (height, width). */
  readonly pixels: Float32Array;
}

/** Pixels of the longer side that a picture is best given with. */
export const GREY_SIDE = 64;

/** Correlation from which two pictures are copies; see docs/experiments/groups.md. */
export const COPIES = 0.72;

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
/** What is larger than this many fine pixels, such as the sky over the land, does not count: it is alike in many photos. */
const DETAIL = 3;
const LEAST_VARIANCE = 1e-3;

/** One picture at the sizes that are compared, and mirrored. */
export interface ComparedPicture {
  readonly upright: Sizes;
  readonly mirrored: Sizes;
}

interface Sizes {
  readonly fine: GreyPicture;
  readonly coarse: GreyPicture;
  readonly detail: GreyPicture;
}

export function comparable(picture: GreyPicture): ComparedPicture {
  return { upright: sizesOf(picture), mirrored: sizesOf(mirror(picture)) };
}

/** @returns correlation of their details where they fit best, -1 to 1; -1 where they fit nowhere */
export function correlation(a: ComparedPicture, b: ComparedPicture): number {
  let best = -1;
  for (const [part, whole] of [
    [a.upright, b.upright],
    [b.upright, a.upright],
    [a.mirrored, b.upright],
    [b.upright, a.mirrored],
  ] as const) {
    best = Math.max(best, fit(part, whole));
    if (best >= CERTAIN) break;
  }
  return best;
}

/** How well a part fits where it fits best in a whole. */
function fit(part: Sizes, whole: Sizes): number {
  const places = coarsePlaces(part.fine, whole.coarse);
  let best = -1;
  for (const { scale, x, y } of places) {
    for (const step of FINE_STEPS) {
      const at = Math.min(1, scale + step);
      const size = sizeWithin(part.fine, whole.fine, at);
      if ((step > 0 && at === scale) || size.width > whole.fine.width || size.height > whole.fine.height) continue;
      const template = toTemplate(detailOf(resample(part.fine, size.width, size.height)));
      best = Math.max(best, bestNear(template, whole.detail, x * whole.fine.width, y * whole.fine.height));
    }
  }
  return best;
}

/** The most promising places of a part in a whole. x, y: shares of the whole's sides. */
function coarsePlaces(part: GreyPicture, whole: GreyPicture): { scale: number; x: number; y: number }[] {
  const places: { scale: number; x: number; y: number; value: number }[] = [];
  for (const scale of SCALES) {
    const { width, height } = sizeWithin(part, whole, scale);
    if (width < LEAST_SIDE || height < LEAST_SIDE || width > whole.width || height > whole.height) continue;
    if (width * height < LEAST_AREA * whole.width * whole.height) continue;
    const template = toTemplate(resample(part, width, height));
    for (let y = 0; y + height <= whole.height; y++) {
      for (let x = 0; x + width <= whole.width; x++) {
        const value = correlate(template, whole, x, y);
        if (value >= PROMISING) places.push({ scale, x: x / whole.width, y: y / whole.height, value });
      }
    }
  }
  return places.sort((a, b) => b.value - a.value).slice(0, KEPT);
}

function bestNear(template: Template, whole: GreyPicture, x: number, y: number): number {
  const [left, top] = [Math.round(x), Math.round(y)];
  let best = -1;
  for (let at = Math.max(0, top - FINE_SHIFT); at <= Math.min(whole.height - template.height, top + FINE_SHIFT); at++) {
    const last = Math.min(whole.width - template.width, left + FINE_SHIFT);
    for (let from = Math.max(0, left - FINE_SHIFT); from <= last; from++)
      best = Math.max(best, correlate(template, whole, from, at));
  }
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
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  const centred = pixels.map((value) => value - mean);
  return { width, height, centred, energy: centred.reduce((sum, value) => sum + value * value, 0) };
}

function correlate(
  { width, height, centred, energy }: Template,
  whole: GreyPicture,
  left: number,
  top: number,
): number {
  let [sum, squares, products] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    let at = (top + y) * whole.width + left;
    for (let i = y * width; i < (y + 1) * width; i++, at++) {
      const value = whole.pixels[at];
      sum += value;
      squares += value * value;
      products += centred[i] * value;
    }
  }
  const variance = squares - (sum * sum) / (width * height);
  return products / Math.sqrt(Math.max(LEAST_VARIANCE, energy) * Math.max(LEAST_VARIANCE, variance));
}

function sizesOf(picture: GreyPicture): Sizes {
  const fine = fitInto(picture, FINE);
  return { fine, coarse: fitInto(fine, COARSE), detail: detailOf(fine) };
}

function mirror({ width, height, pixels }: GreyPicture): GreyPicture {
  return { width, height, pixels: pixels.map((_, i) => pixels[i - (i % width) + width - 1 - (i % width)]) };
}

/** Each pixel less the mean around it. */
function detailOf({ width, height, pixels }: GreyPicture): GreyPicture {
  // Sums over everything above and to the left.
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += pixels[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  const out = new Float32Array(pixels.length);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - DETAIL), Math.min(height, y + DETAIL + 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - DETAIL), Math.min(width, x + DETAIL + 1)];
      const at = (column: number, line: number): number => sums[line * (width + 1) + column];
      const sum = at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top);
      out[y * width + x] = pixels[y * width + x] - sum / ((right - left) * (bottom - top));
    }
  }
  return { width, height, pixels: out };
}

function fitInto(picture: GreyPicture, side: number): GreyPicture {
  const factor = side / Math.max(picture.width, picture.height);
  return resample(
    picture,
    Math.max(1, Math.round(picture.width * factor)),
    Math.max(1, Math.round(picture.height * factor)),
  );
}

/** By the mean over the area of each new pixel: first along rows, then along columns. */
function resample({ width, height, pixels }: GreyPicture, newWidth: number, newHeight: number): GreyPicture {
  const rows = new Float32Array(newWidth * height);
  for (let y = 0; y < height; y++) areaMeans(pixels, y * width, 1, width, rows, y * newWidth, 1, newWidth);
  const out = new Float32Array(newWidth * newHeight);
  for (let x = 0; x < newWidth; x++) areaMeans(rows, x, newWidth, height, out, x, newWidth, newHeight);
  return { width: newWidth, height: newHeight, pixels: out };
}

/** Brings a line of n numbers, a step apart, to m. */
function areaMeans(
  from: Float32Array,
  start: number,
  step: number,
  n: number,
  to: Float32Array,
  toStart: number,
  toStep: number,
  m: number,
): void {
  for (let i = 0; i < m; i++) {
    const [first, last] = [(i * n) / m, ((i + 1) * n) / m];
    let sum = 0;
    for (let at = Math.floor(first); at < Math.min(n, Math.ceil(last)); at++)
      sum += from[start + at * step] * (Math.min(last, at + 1) - Math.max(first, at));
    to[toStart + i * toStep] = sum / (last - first);
  }
}
