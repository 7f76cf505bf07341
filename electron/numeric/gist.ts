// GIST (Oliva and Torralba 2001, "Modeling the shape of the scene", section 3): the energy of oriented filters over a coarse grid,
// without anything learned. It is what many papers of hashing tell their figures on; `likeness eval` takes it for comparisons.
// Scales, orientations, grid and prefilter are those of the authors' code, on pictures of 96 pixels a side in place of 256.
import FFT from 'fft.js';
import { normalizeRows } from './vectors.ts';

/** Pixels a side that the descriptor looks at. */
export const SIDE = 96;
const SCALES = 4;
const ORIENTATIONS = 8;
const GRID = 4;
/** Pixels of reflected border that keep the filters from seeing an edge at the frame. */
const BORDER = 16;
const PADDED = SIDE + 2 * BORDER;
/** Cycles a picture of the local contrast normalization (their prefilter). */
const PREFILTER_CYCLES = 4;

export const DIMENSIONS = SCALES * ORIENTATIONS * GRID * GRID;

const transforms = new Map([32, 64, PADDED].map((size) => [size, new FFT(size)]));
const filters = gaborFilters();
const prefilter = lowPass(PREFILTER_CYCLES);

/** A filter of one scale and orientation, over the part of the frequency plane where it is not zero. */
interface Filter {
  /** Frequencies a side; coarse scales need few, and their responses are computed that much smaller. */
  readonly size: number;
  /** float32, (size, size), real. */
  readonly weights: Float32Array;
}

/**
 * @param rgb uint8, (SIDE, SIDE, 3)
 * @returns float32, (DIMENSIONS): scale, orientation, row, column; of unit length, or zeros where nothing is to be seen
 */
export function describeScene(rgb: Uint8Array): Float32Array<ArrayBuffer> {
  const energies = gist(lightnessOf(rgb));
  normalizeRows(energies, DIMENSIONS);
  return energies;
}

/** Energy of each filter's response, averaged over each cell of the grid. */
function gist(lightness: Float32Array): Float32Array<ArrayBuffer> {
  const spectrum = forward(normalizeContrast(reflect(lightness)));
  const energies = new Float32Array(DIMENSIONS);
  filters.forEach(({ size, weights }, f) => {
    const response = inverse(multiply(cropSpectrum(spectrum, size), weights), size);
    const shrink = PADDED / size;
    const [side, border] = [SIDE / shrink, BORDER / shrink];
    const cell = side / GRID;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const at = 2 * ((y + border) * size + x + border);
        const place = Math.floor(y / cell) * GRID + Math.floor(x / cell);
        energies[f * GRID * GRID + place] += Math.sqrt(response[at] ** 2 + response[at + 1] ** 2) / (side * side);
      }
    }
  });
  return energies;
}

/** The low frequencies of a spectrum, scaled so that the smaller response has the same height. */
function cropSpectrum(spectrum: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size * 2);
  const scale = (size / PADDED) ** 2;
  for (let v = 0; v < size; v++) {
    const from = v < size / 2 ? v : v - size + PADDED;
    for (let u = 0; u < size; u++) {
      const at = 2 * (from * PADDED + (u < size / 2 ? u : u - size + PADDED));
      out[2 * (v * size + u)] = spectrum[at] * scale;
      out[2 * (v * size + u) + 1] = spectrum[at + 1] * scale;
    }
  }
  return out;
}

/** Gabor-like filters in the frequency plane, after Oliva and Torralba's own; finest scale first. */
function gaborFilters(): Filter[] {
  const out: Filter[] = [];
  const spread = (16 * ORIENTATIONS ** 2) / 32 ** 2;
  for (let scale = 0; scale < SCALES; scale++) {
    const centre = 0.3 / 1.85 ** scale;
    // At twice the centre and more, less than 3% of the filter is left.
    const size = [...transforms.keys()].find((candidate) => candidate / PADDED / 2 >= 2 * centre) ?? PADDED;
    for (let orientation = 0; orientation < ORIENTATIONS; orientation++) {
      const angle = (Math.PI / ORIENTATIONS) * orientation;
      const weights = new Float32Array(size * size);
      for (let v = 0; v < size; v++) {
        for (let u = 0; u < size; u++) {
          const [fx, fy] = [signedFrequency(u, size), signedFrequency(v, size)];
          let turned = Math.atan2(fy, fx) + angle;
          if (turned > Math.PI) turned -= 2 * Math.PI;
          const radial = Math.hypot(fx, fy) / PADDED / centre - 1;
          weights[v * size + u] = Math.exp(-10 * 0.35 * radial ** 2 - 2 * spread * Math.PI * turned ** 2);
        }
      }
      out.push({ size, weights });
    }
  }
  return out;
}

/** Takes off the slow changes of light, then divides by the local contrast. */
function normalizeContrast(picture: Float64Array): Float64Array {
  const logs = picture.map((value) => Math.log1p(value));
  const smooth = filtered(logs, prefilter);
  const detail = logs.map((value, i) => value - smooth[i]);
  const power = filtered(
    detail.map((value) => value * value),
    prefilter,
  );
  return detail.map((value, i) => value / (0.2 + Math.sqrt(Math.abs(power[i]))));
}

/** A Gaussian in the frequency plane that falls to one half at so many cycles a picture. */
function lowPass(cycles: number): Float32Array {
  const s = cycles / Math.sqrt(Math.LN2);
  return Float32Array.from({ length: PADDED * PADDED }, (_, i) => {
    const fx = signedFrequency(i % PADDED, PADDED);
    const fy = signedFrequency(Math.floor(i / PADDED), PADDED);
    return Math.exp(-(fx * fx + fy * fy) / (s * s));
  });
}

function signedFrequency(index: number, size: number): number {
  return index < size / 2 ? index : index - size;
}

/** Lightness, scaled to 0..255, with its border reflected: float64, (PADDED, PADDED). */
function reflect(lightness: Float32Array): Float64Array {
  const mirror = (i: number): number => {
    const at = i - BORDER;
    if (at < 0) return -1 - at;
    return at >= SIDE ? 2 * SIDE - 1 - at : at;
  };
  const out = new Float64Array(PADDED * PADDED);
  for (let y = 0; y < PADDED; y++) {
    for (let x = 0; x < PADDED; x++) out[y * PADDED + x] = lightness[mirror(y) * SIDE + mirror(x)] * 2.55;
  }
  return out;
}

/** Of sRGB (IEC 61966-2-1), the lightness L* of CIE 1976, D65, in 0..100: float32, (SIDE, SIDE). */
function lightnessOf(rgb: Uint8Array): Float32Array {
  const curve = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116);
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [r, g, b] = [linear[rgb[3 * i]], linear[rgb[3 * i + 1]], linear[rgb[3 * i + 2]]];
    return 116 * curve(0.2126 * r + 0.7152 * g + 0.0722 * b) - 16;
  });
}

const linear = Float32Array.from({ length: 256 }, (_, value) => {
  const c = value / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

function filtered(picture: Float64Array, filter: Float32Array): Float64Array {
  const back = inverse(multiply(forward(picture), filter), PADDED);
  return Float64Array.from({ length: picture.length }, (_, i) => back[2 * i]);
}

/** A complex spectrum times a real filter, in place. */
function multiply(spectrum: Float64Array, filter: Float32Array): Float64Array {
  for (let i = 0; i < filter.length; i++) {
    spectrum[2 * i] *= filter[i];
    spectrum[2 * i + 1] *= filter[i];
  }
  return spectrum;
}

/** Two-dimensional FFT of a real picture: complex pairs, (PADDED, PADDED, 2). */
function forward(picture: Float64Array): Float64Array {
  const complex = new Float64Array(picture.length * 2);
  for (let i = 0; i < picture.length; i++) complex[2 * i] = picture[i];
  const transform = transforms.get(PADDED)!;
  return overRowsAndColumns(complex, PADDED, (out, line) => transform.transform(out, line));
}

function inverse(spectrum: Float64Array, size: number): Float64Array {
  const transform = transforms.get(size)!;
  return overRowsAndColumns(spectrum, size, (out, line) => transform.inverseTransform(out, line));
}

/** Applies a one-dimensional transform to each row, then to each column; in place. */
function overRowsAndColumns(
  values: Float64Array,
  size: number,
  apply: (out: Float64Array, line: Float64Array) => void,
): Float64Array {
  const width = 2 * size;
  const line = new Float64Array(width);
  const out = new Float64Array(width);
  for (let y = 0; y < size; y++) {
    apply(out, values.subarray(y * width, (y + 1) * width));
    values.set(out, y * width);
  }
  for (let x = 0; x < size; x++) {
    for (let y = 0; y < size; y++) {
      line[2 * y] = values[y * width + 2 * x];
      line[2 * y + 1] = values[y * width + 2 * x + 1];
    }
    apply(out, line);
    for (let y = 0; y < size; y++) {
      values[y * width + 2 * x] = out[2 * y];
      values[y * width + 2 * x + 1] = out[2 * y + 1];
    }
  }
  return values;
}
