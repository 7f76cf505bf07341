// Small grey pictures: turned, mirrored, put straight, cut and brought to other sizes.

/** Luminance of a small picture. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  /** float32, (height, width). */
  readonly pixels: Float32Array;
}

/** By how many quarters, clockwise. */
export type Quarter = 1 | 2 | 3;

export function turn({ width, height, pixels }: GreyPicture, quarters: Quarter): GreyPicture {
  const [newWidth, newHeight] = quarters === 2 ? [width, height] : [height, width];
  const from = {
    1: (x: number, y: number) => (height - 1 - x) * width + y,
    2: (x: number, y: number) => (height - 1 - y) * width + (width - 1 - x),
    3: (x: number, y: number) => x * width + (width - 1 - y),
  }[quarters];
  const out = new Float32Array(pixels.length);
  for (let y = 0; y < newHeight; y++) for (let x = 0; x < newWidth; x++) out[y * newWidth + x] = pixels[from(x, y)];
  return { width: newWidth, height: newHeight, pixels: out };
}

/** Turned about its middle, and cut to what is picture all over. */
export function slant({ width, height, pixels }: GreyPicture, degrees: number): GreyPicture {
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const inset = Math.abs(sin);
  const [newWidth, newHeight] = [Math.round(width - inset * height), Math.round(height - inset * width)];
  const out = new Float32Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      const [dx, dy] = [x - (newWidth - 1) / 2, y - (newHeight - 1) / 2];
      const fromX = Math.min(width - 1.001, Math.max(0, (width - 1) / 2 + cos * dx - sin * dy));
      const fromY = Math.min(height - 1.001, Math.max(0, (height - 1) / 2 + sin * dx + cos * dy));
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [right, below] = [fromX - left, fromY - top];
      const at = top * width + left;
      const above = pixels[at] * (1 - right) + pixels[at + 1] * right;
      out[y * newWidth + x] =
        above * (1 - below) + (pixels[at + width] * (1 - right) + pixels[at + width + 1] * right) * below;
    }
  }
  return { width: newWidth, height: newHeight, pixels: out };
}

export function mirror({ width, height, pixels }: GreyPicture): GreyPicture {
  return { width, height, pixels: pixels.map((_, i) => pixels[i - (i % width) + width - 1 - (i % width)]) };
}

/** Without so many pixels on each side. */
export function inner({ width, height, pixels }: GreyPicture, across: number, down: number): GreyPicture {
  const [newWidth, newHeight] = [Math.max(1, width - 2 * across), Math.max(1, height - 2 * down)];
  const out = new Float32Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y++) {
    const from = Math.min(height - 1, y + down) * width + Math.min(width - 1, across);
    out.set(pixels.subarray(from, from + newWidth), y * newWidth);
  }
  return { width: newWidth, height: newHeight, pixels: out };
}

export function fitInto(picture: GreyPicture, side: number): GreyPicture {
  const factor = side / Math.max(picture.width, picture.height);
  return resample(
    picture,
    Math.max(1, Math.round(picture.width * factor)),
    Math.max(1, Math.round(picture.height * factor)),
  );
}

/** By the mean over the area of each new pixel: first along rows, then along columns. */
export function resample(picture: GreyPicture, newWidth: number, newHeight: number): GreyPicture {
  const { width, height, pixels } = picture;
  if (newWidth === width && newHeight === height) return picture;
  const [across, down] = [areaWeights(width, newWidth), areaWeights(height, newHeight)];
  const rows = new Float32Array(newWidth * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < newWidth; x++) {
      const from = y * width + across.first[x];
      let sum = 0;
      for (let t = 0; t < across.span; t++) sum += across.weights[x * across.span + t] * pixels[from + t];
      rows[y * newWidth + x] = sum;
    }
  }
  const out = new Float32Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y++) {
    for (let t = 0; t < down.span; t++) {
      const weight = down.weights[y * down.span + t];
      const from = (down.first[y] + t) * newWidth;
      for (let x = 0; x < newWidth; x++) out[y * newWidth + x] += weight * rows[from + x];
    }
  }
  return { width: newWidth, height: newHeight, pixels: out };
}

/** How much of a line of n numbers goes into each of m: the same count for each, with zeros where it takes fewer. */
interface AreaWeights {
  /** int32, (m) */
  readonly first: Int32Array;
  readonly span: number;
  /** float32, (m, span) */
  readonly weights: Float32Array;
}

const knownWeights = new Map<number, AreaWeights>();

/** Above any length of a line: pictures are small. */
export const LONGEST = 4096;

function areaWeights(n: number, m: number): AreaWeights {
  const known = knownWeights.get(n * LONGEST + m);
  if (known) return known;
  const span = Math.min(n, Math.ceil(n / m) + 1);
  const first = new Int32Array(m);
  const weights = new Float32Array(m * span);
  for (let i = 0; i < m; i++) {
    const [start, end] = [(i * n) / m, ((i + 1) * n) / m];
    first[i] = Math.min(Math.floor(start), n - span);
    for (let t = 0; t < span; t++) {
      const at = first[i] + t;
      weights[i * span + t] = Math.max(0, Math.min(end, at + 1) - Math.max(start, at)) / (end - start);
    }
  }
  const made = { first, span, weights };
  knownWeights.set(n * LONGEST + m, made);
  return made;
}

/** Each pixel less the mean of those that are at most so far from it, along both sides. */
export function detailOf(picture: GreyPicture, reach: number): GreyPicture {
  const { width, height, pixels } = picture;
  const sums = sumsOf(picture, pixels);
  const out = new Float32Array(pixels.length);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      const sum = within(sums, width, left, top, right - left, bottom - top);
      out[y * width + x] = pixels[y * width + x] - sum / ((right - left) * (bottom - top));
    }
  }
  return { width, height, pixels: out };
}

/**
 * Each pixel less the mean of those beside it and the mean of those above and below it, plus the mean of all around it, at most so far away:
 * what goes on along a row or a column is nothing.
 */
export function crossDetailOf(picture: GreyPicture, reach: number): GreyPicture {
  const { width, height, pixels } = picture;
  const sums = sumsOf(picture, pixels);
  const out = new Float32Array(pixels.length);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - reach);
    const high = Math.min(height, y + reach + 1) - top;
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - reach);
      const wide = Math.min(width, x + reach + 1) - left;
      const beside = within(sums, width, left, y, wide, 1) / wide;
      const above = within(sums, width, x, top, 1, high) / high;
      const around = within(sums, width, left, top, wide, high) / (wide * high);
      out[y * width + x] = pixels[y * width + x] - beside - above + around;
    }
  }
  return { width, height, pixels: out };
}

/** The mean of each window of so many pixels a side, where its upper left corner is; nothing of a picture that is smaller. */
export function windowMeans(picture: GreyPicture, side: number): GreyPicture {
  const [width, height] = [picture.width, picture.height].map((length) => Math.max(0, length - side + 1)) as [
    number,
    number,
  ];
  const sums = sumsOf(picture, picture.pixels);
  const pixels = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      pixels[y * width + x] = within(sums, picture.width, x, y, side, side) / (side * side);
  return { width, height, pixels };
}

/** The sum over a part of a picture that is so wide, from sums over all that is above and to the left. */
export function within(
  sums: Float64Array,
  across: number,
  left: number,
  top: number,
  width: number,
  height: number,
): number {
  const [above, below] = [top * (across + 1) + left, (top + height) * (across + 1) + left];
  return sums[below + width] - sums[below] - sums[above + width] + sums[above];
}

/** Sums over everything above and to the left of each pixel. */
export function sumsOf({ width, height }: GreyPicture, values: Float32Array): Float64Array {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += values[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  return sums;
}
