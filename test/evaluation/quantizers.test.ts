// Additive quantizers on vectors whose best codes are known.
import { describe, expect, it } from 'vitest';
import {
  additiveIndex,
  beamSearch,
  costsOf,
  decodeSums,
  encodeRows,
  KSUB,
  meanError,
  type AdditiveCodebooks,
} from '../../electron/evaluation/methods/additive.ts';
import {
  compositeCodebooks,
  compositeObjective,
  innerProducts,
} from '../../electron/evaluation/methods/composite-quantization.ts';
import { minimize } from '../../electron/evaluation/methods/lbfgs.ts';
import { conditionalModes, costOf, localSearchQuantizer } from '../../electron/evaluation/methods/local-search.ts';
import { rotatedQuantizer } from '../../electron/evaluation/methods/product-quantization.ts';
import { inLevels, rabitq } from '../../electron/evaluation/methods/rabitq.ts';
import { residualQuantizer } from '../../electron/evaluation/methods/residual-quantization.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { useTensorFlow } from '../support/tensorflow.ts';

useTensorFlow();
const random = seededRandom(1905);
const draw = (count: number, scale = 1): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: count }, () => scale * random.normal());
const breathe = (): Promise<void> => Promise.resolve();
const context = { random, breathe, onProgress: () => undefined };
const D = 6;

const booksOf = (M: number): AdditiveCodebooks => ({ M, D, centroids: draw(M * KSUB * D) });
const squaredDistance = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, t) => sum + (value - b[t]) ** 2, 0);

describe('Additive codes', () => {
  it('cost what the vector they stand for is away, but for the length of the vector itself', async () => {
    const books = booksOf(3);
    const row = draw(D);
    const costs = await costsOf(books);
    const codes = Uint8Array.from([7, 200, 31]);
    const expected =
      squaredDistance(row, decodeSums(codes, books)) - row.reduce((sum, value) => sum + value * value, 0);
    expect(costOf(await costs.unary(row), costs.pairs, codes)).toBeCloseTo(expected, 3);
    costs.dispose();
  });

  it('are the best of all pairs where the beam keeps every first word', async () => {
    const books = booksOf(2);
    const rows = draw(4 * D);
    const codes = await encodeRows(rows, books, beamSearch(2, KSUB), breathe);
    for (let i = 0; i < 4; i++) {
      const row = rows.subarray(i * D, (i + 1) * D);
      let best = Infinity;
      for (let a = 0; a < KSUB; a++)
        for (let b = 0; b < KSUB; b++)
          best = Math.min(best, squaredDistance(row, decodeSums(Uint8Array.from([a, b]), books)));
      expect(squaredDistance(row, decodeSums(codes.subarray(2 * i, 2 * i + 2), books))).toBeCloseTo(best, 4);
    }
  });

  it('are nearer the wider the beam is, and never farther after a pass over each code', async () => {
    const books = booksOf(4);
    const rows = draw(100 * D, 2);
    const [narrow, wide] = [
      await encodeRows(rows, books, beamSearch(4, 1), breathe),
      await encodeRows(rows, books, beamSearch(4, 8), breathe),
    ];
    expect(meanError(rows, wide, books)).toBeLessThan(meanError(rows, narrow, books));
    const improve = conditionalModes(4);
    const order = Int32Array.from([2, 0, 3, 1]);
    const costs = await costsOf(books);
    const unary = await costs.unary(rows);
    let better = 0;
    for (let i = 0; i < 100; i++) {
      const codes = narrow.slice(4 * i, 4 * i + 4);
      const own = unary.subarray(i * 4 * KSUB, (i + 1) * 4 * KSUB);
      const before = costOf(own, costs.pairs, codes);
      const changed = improve(own, costs.pairs, codes, order);
      const after = costOf(own, costs.pairs, codes);
      expect(after).toBeLessThanOrEqual(before + 1e-4);
      if (changed && after < before) better++;
    }
    expect(better).toBeGreaterThan(10);
    costs.dispose();
  });

  it('rank photos as the vectors they stand for do: by distance, with lengths in a byte, and by inner product', async () => {
    const books = booksOf(3);
    const codes = Uint8Array.from({ length: 3 * 200 }, () => random.below(KSUB));
    const sums = decodeSums(codes, books);
    const query = draw(D);
    for (const by of ['l2', 'inner-product'] as const) {
      const index = await additiveIndex(codes, books, (asked) => asked, { ...context, by });
      expect(index.bytesAPhoto).toBe(by === 'l2' ? 4 : 3);
      const found = new Float32Array(200);
      index.prepare(query).distancesInto(found);
      const expected = Array.from({ length: 200 }, (_, i) => {
        const sum = sums.subarray(i * D, (i + 1) * D);
        return by === 'l2'
          ? squaredDistance(query, sum)
          : -2 * sum.reduce((dot, value, t) => dot + value * query[t], 0);
      });
      const shift = by === 'l2' ? 0 : found[0] - expected[0];
      // 256 lengths stand for 200 photos, so that next to nothing is lost.
      expected.forEach((value, i) => expect(Math.abs(found[i] - value - shift)).toBeLessThan(0.1));
      expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
    }
  });
});

/** Sums of one of `each` far places and one of `each` near ones: two codebooks can tell them without a loss. */
function sumsOfTwo(n: number, each: number): Float32Array<ArrayBuffer> {
  const [far, near] = [draw(each * D, 10), draw(each * D, 1)];
  const out = new Float32Array(n * D);
  for (let i = 0; i < n; i++) {
    const [a, b] = [random.below(each), random.below(each)];
    for (let t = 0; t < D; t++) out[i * D + t] = far[a * D + t] + near[b * D + t];
  }
  return out;
}

describe('Quantizers', () => {
  it('residual: lose a tenth, of sums of two words, of what one codebook alone loses', async () => {
    const rows = sumsOfTwo(1500, 40);
    const [one, two] = await Promise.all(
      [1, 2].map(async (M) => {
        const { books, encode } = await residualQuantizer(rows, D, M, context);
        return meanError(rows, await encode(rows), books);
      }),
    );
    expect(two).toBeLessThan(0.1 * one);
  });

  it('local search: err less than the residual quantizer they begin at', { timeout: 60_000 }, async () => {
    const rows = draw(1200 * D);
    const error = async (fit: typeof residualQuantizer): Promise<number> => {
      const { books, encode } = await fit(rows, D, 2, context);
      return meanError(rows, await encode(rows), books);
    };
    expect(await error(localSearchQuantizer)).toBeLessThan(0.9 * (await error(residualQuantizer)));
  });

  it('rotated: give back, turned, what codes stand for', { timeout: 60_000 }, async () => {
    // Two numbers that always go together, a dimension apart: product quantization as it is must tell each by itself.
    const rows = new Float32Array(1000 * 4);
    for (let i = 0; i < 1000; i++) {
      const [a, b] = [random.normal(), random.normal()];
      rows.set([a, b, a + 0.01 * random.normal(), b + 0.01 * random.normal()], i * 4);
    }
    const { books, encode } = await rotatedQuantizer(rows, 4, 2, context);
    const own = meanError(rows, await encode(rows), books);
    const plain = await encodeRows(rows, books, beamSearch(2, 1), breathe);
    // Codebooks that share no direction: choosing one after the other is choosing each by itself.
    expect(meanError(rows, plain, books)).toBeCloseTo(own, 4);
    expect(own).toBeLessThan(0.03);
  });
});

describe('Composite quantization', () => {
  it('has the gradient of its objective', () => {
    const books = { M: 2, D, centroids: draw(2 * KSUB * D) };
    const rows = draw(5 * D);
    const codes = Uint8Array.from([1, 2, 1, 3, 4, 2, 9, 9, 1, 2]);
    const gradient = new Float32Array(books.centroids.length);
    compositeObjective(rows, codes, books, 0.7, 0.5, gradient);
    const value = (at: number, by: number): number => {
      const centroids = Float32Array.from(books.centroids);
      centroids[at] += by;
      return compositeObjective(rows, codes, { ...books, centroids }, 0.7, 0.5, new Float32Array(centroids.length));
    };
    for (const at of [D, D + 3, (KSUB + 2) * D + 1, (KSUB + 9) * D + 5, 200 * D])
      expect(gradient[at]).toBeCloseTo((value(at, 1e-2) - value(at, -1e-2)) / 2e-2, 1);
  });

  it(
    'errs less than product quantization, while inner products stay nearly the same for all photos',
    { timeout: 60_000 },
    async () => {
      const rows = draw(1500 * D);
      const start = await compositeCodebooks(rows, D, 2, 1e6, context);
      const { books, codes } = await compositeCodebooks(rows, D, 2, 0.1, context);
      const spread = (products: Float32Array): number => {
        const mean = products.reduce((sum, value) => sum + value, 0) / products.length;
        return Math.sqrt(products.reduce((sum, value) => sum + (value - mean) ** 2, 0) / products.length);
      };
      // With nothing but a constant allowed, it stays what it begins at.
      expect(spread(innerProducts(start.codes, start.books))).toBeLessThan(0.02);
      expect(meanError(rows, codes, books)).toBeLessThan(0.97 * meanError(rows, start.codes, start.books));
      // Of photos drawn at random, products between two words spread as wide as the numbers themselves.
      expect(spread(innerProducts(codes, books))).toBeLessThan(0.5);
    },
  );

  it('finds the bottom of a bent valley', async () => {
    const found = await minimize(
      Float32Array.from([-1.2, 1]),
      ([x, y], gradient) => {
        gradient.set([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)]);
        return 100 * (y - x * x) ** 2 + (1 - x) ** 2;
      },
      200,
    );
    expect(found[0]).toBeCloseTo(1, 2);
    expect(found[1]).toBeCloseTo(1, 2);
  });
});

describe('RaBitQ', () => {
  it('estimates distances without bias: over many rotations, the mean is the distance itself', async () => {
    const d = 16;
    const rows = draw(20 * d);
    const query = draw(d);
    const sums = new Float64Array(20);
    const ROTATIONS = 400;
    for (let seed = 0; seed < ROTATIONS; seed++) {
      const fitted = await rabitq.fit({ rows, d }, d, '', { ...context, random: seededRandom(1000 + seed) });
      const out = new Float32Array(20);
      (await fitted.index({ rows, d })).prepare(query).distancesInto(out);
      out.forEach((value, i) => (sums[i] += value / ROTATIONS));
    }
    let off = 0;
    sums.forEach((mean, i) => (off += mean / squaredDistance(query, rows.subarray(i * d, (i + 1) * d)) - 1));
    expect(Math.abs(off / 20)).toBeLessThan(0.03);
  });

  it('rounds numbers of a query up and down so that their mean stays', () => {
    const query = Float32Array.from([-1, 0.237, 0.5, 2]);
    const sums = new Float64Array(4);
    for (let i = 0; i < 4000; i++)
      inLevels(query, () => random.uniform()).forEach((value, t) => (sums[t] += value / 4000));
    query.forEach((value, t) => expect(sums[t]).toBeCloseTo(value, 1.7));
    const levels = new Set(Array.from({ length: 50 }, () => inLevels(query, () => random.uniform())[1]));
    expect(levels.size).toBe(2);
  });
});
