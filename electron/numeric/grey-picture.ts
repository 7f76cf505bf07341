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
