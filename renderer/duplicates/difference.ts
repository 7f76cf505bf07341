// Where two pictures differ, as warm colours over a grey picture of the first.

/** Pixels, RGBA, as a canvas gives them. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Standard deviations in a median deviation (Rousseeuw and Croux, 1993, section 1), and values that a median is taken of. */
const NORMAL = 1.4826;
/** Grey levels: a picture of nearly one tone has deviations of noise alone. */
const LEAST = 25;
const SAMPLED = 20_000;
/** Pixels around each over which the difference is taken: noise and one pixel's shift say nothing. */
const AROUND = 2;
/** Standard deviations of brightness from which pictures differ, and at which they could not differ more. */
const FROM = 0.45;
const MOST = 1.5;

/**
 * Brightness and contrast of the whole do not count: what is shown is where something is in one that is not in the other.
 * @param a, b of the same size
 */
export function differenceMap(a: Pixels, b: Pixels): Uint8ClampedArray<ArrayBuffer> {
  if (a.width !== b.width || a.height !== b.height)
    throw new RangeError(`${a.width} x ${a.height} pixels cannot be held against ${b.width} x ${b.height}.`);
  const [one, other] = [standardized(a), standardized(b)];
  const apart = blurred(
    one.map((value, i) => value - other[i]),
    a.width,
    a.height,
  );
  const out = new Uint8ClampedArray(a.data.length);
  for (let i = 0; i < apart.length; i++) {
    const strength = Math.min(1, Math.max(0, (Math.abs(apart[i]) - FROM) / (MOST - FROM)));
    const grey = 0.55 * luminance(a.data, i * 4) + 40;
    out[i * 4] = grey + strength * (255 - grey);
    out[i * 4 + 1] = grey * (1 - strength) + strength * 190 * (1 - strength);
    out[i * 4 + 2] = grey * (1 - strength);
    out[i * 4 + 3] = 255;
  }
  return out;
}

const luminance = (data: Uint8ClampedArray, at: number): number =>
  0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];

/** Brightness with median 0 and a median deviation as of a normal distribution: what is in one alone does not shift the rest. */
function standardized({ data }: Pixels): Float32Array {
  const values = Float32Array.from({ length: data.length / 4 }, (_, i) => luminance(data, i * 4));
  const middle = medianOf(values);
  const deviation = Math.max(LEAST, NORMAL * medianOf(values.map((value) => Math.abs(value - middle))));
  return values.map((value) => (value - middle) / deviation);
}

/** Of so many values at least, taken evenly. */
function medianOf(values: Float32Array): number {
  const step = Math.max(1, Math.floor(values.length / SAMPLED));
  const some = Float32Array.from({ length: Math.ceil(values.length / step) }, (_, i) => values[i * step]).sort();
  return some[some.length >> 1];
}

/** The mean of a square around each. */
function blurred(values: Float32Array, width: number, height: number): Float32Array {
  const along = (from: Float32Array, n: number, lines: number, step: number, stride: number): Float32Array => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < lines; line++)
      for (let i = 0; i < n; i++) {
        const [first, last] = [Math.max(0, i - AROUND), Math.min(n - 1, i + AROUND)];
        let sum = 0;
        for (let at = first; at <= last; at++) sum += from[line * stride + at * step];
        to[line * stride + i * step] = sum / (last - first + 1);
      }
    return to;
  };
  return along(along(values, width, height, 1, width), height, width, width, 1);
}
