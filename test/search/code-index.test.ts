// Every scan that this machine can run, against a plain sort of all distances.
import { describe, expect, it } from 'vitest';
import { createCodeIndex, indexLevels } from '../../electron/engine/codes/choose-code-index.ts';
import { loadNativeAddon } from '../../electron/engine/codes/native-code-index.ts';
import { seededRandom, type Random } from '../../electron/numeric/random.ts';
import { packCodes, unpackCodes } from '../../electron/deepquan/model/codebooks.ts';
import { selectorOf, selectorWithout, selects } from '../../electron/search/id-selector.ts';
import { lookupTable, type CodeIndex } from '../../electron/search/code-index.ts';

/** Vectors a chunk of the native index: what lies across the border must be found, too. */
const CHUNK = 2 ** 18;

interface Codes {
  readonly M: number;
  readonly ksub: number;
  /** uint8, (n, M), one index a byte. */
  readonly indices: Uint8Array;
  readonly packed: Uint8Array;
  readonly n: number;
}

function randomCodes(random: Random, n: number, M: number, ksub: number): Codes {
  const indices = Uint8Array.from({ length: n * M }, () => random.below(ksub));
  return { M, ksub, indices, packed: packCodes(indices, { M, ksub, dsub: 1 }), n };
}

function scanWith(
  codes: Codes,
  level: string,
  ids = Uint32Array.from({ length: codes.n }, (_, i) => i + 1),
): CodeIndex {
  const scan = createCodeIndex(codes.M, codes.ksub, level);
  const size = codes.packed.length / codes.n;
  // In two parts, of which the first ends inside a block.
  const first = Math.min(codes.n, 45);
  scan.append(ids.subarray(0, first), codes.packed.subarray(0, first * size));
  scan.append(ids.subarray(first), codes.packed.subarray(first * size));
  return scan;
}

/** The k nearest by sorting all distances; ties by the smaller id. */
function sorted(
  { M, ksub, indices, n }: Codes,
  lookup: Float32Array,
  k: number,
  allows: (id: number) => boolean = () => true,
): { id: number; distance: number }[] {
  return Array.from({ length: n }, (_, i) => {
    let distance = 0;
    for (let m = 0; m < M; m++) distance += lookup[m * ksub + indices[i * M + m]];
    return { id: i + 1, distance: Math.fround(distance) };
  })
    .filter(({ id }) => allows(id))
    .sort((a, b) => a.distance - b.distance || a.id - b.id)
    .slice(0, k);
}

const shapes = [
  { M: 8, ksub: 256 },
  { M: 16, ksub: 16 },
  { M: 1, ksub: 256 },
  { M: 3, ksub: 16 },
  { M: 32, ksub: 256 },
  { M: 64, ksub: 16 },
];
const randomLookup = (random: Random, { M, ksub }: { M: number; ksub: number }) =>
  Float32Array.from({ length: M * ksub }, () => random.normal() ** 2 - 0.3);

describe.each(indexLevels)('The scan at level %s', (level) => {
  it.each(shapes)('finds, in order, what a sort of all distances finds: M $M, ksub $ksub', async (shape) => {
    const random = seededRandom(shape.M * 1000 + shape.ksub);
    for (const n of [1, 31, 32, 33, 1000, 5003]) {
      const codes = randomCodes(random, n, shape.M, shape.ksub);
      const lookup = randomLookup(random, shape);
      const scan = scanWith(codes, level);
      for (const k of [1, 10, 777, 10_000]) {
        const [{ ids, distances }] = await scan.search(lookup, k);
        const expected = sorted(codes, lookup, k);
        expect([...ids]).toEqual(expected.map(({ id }) => id));
        expect([...distances]).toEqual(expected.map(({ distance }) => distance));
      }
    }
  });

  it('gives ties to the smaller ids, however many there are', async () => {
    const codes = randomCodes(seededRandom(3), 40_000, 2, 16);
    const lookup = Float32Array.from({ length: 32 }, (_, i) => i % 2);
    const [{ ids }] = await scanWith(codes, level).search(lookup, 100);
    expect([...ids]).toEqual(sorted(codes, lookup, 100).map(({ id }) => id));
  });

  it('orders what differs by the last bit of a distance, and numbers of any size', async () => {
    const codes = randomCodes(seededRandom(4), 3000, 4, 256);
    for (const [scale, offset] of [
      [1e-7, 1],
      [1e20, 0],
      [1e-30, 0],
      [0, 5],
      [1, -1e6],
    ]) {
      const random = seededRandom(5);
      const lookup = Float32Array.from({ length: 4 * 256 }, () => offset + scale * random.normal());
      const [{ ids }] = await scanWith(codes, level).search(lookup, 50);
      expect([...ids]).toEqual(sorted(codes, lookup, 50).map(({ id }) => id));
    }
  });

  it('answers several queries in one pass as it answers each alone', async () => {
    const random = seededRandom(6);
    const codes = randomCodes(random, 9000, 8, 256);
    const scan = scanWith(codes, level);
    const lookups = randomLookup(random, { M: 8 * 5, ksub: 256 });
    const together = await scan.search(lookups, 20);
    for (let q = 0; q < 5; q++) {
      const [alone] = await scan.search(lookups.slice(q * 8 * 256, (q + 1) * 8 * 256), 20);
      expect(together[q]).toEqual(alone);
    }
  });

  it.each(['together', 'scattered', 'none'])('finds only what a filter allows: %s', async (kind) => {
    const random = seededRandom(8);
    const codes = randomCodes(random, 20_011, 16, 16);
    const allowed = new Set(
      kind === 'none'
        ? []
        : Array.from({ length: 200 }, (_, i) => (kind === 'together' ? 7007 + i : 1 + random.below(20_011))),
    );
    const lookup = randomLookup(random, codes);
    const bitmap = kind === 'none' ? new Uint32Array(0) : selectorOf(allowed);
    const check = async (scan: CodeIndex): Promise<void> => {
      const [{ ids }] = await scan.search(lookup, 30, { selector: bitmap });
      expect([...ids]).toEqual(sorted(codes, lookup, 30, (id) => allowed.has(id)).map(({ id }) => id));
    };
    const scan = scanWith(codes, level);
    await check(scan);
    // With gaps in the ids, which compaction leaves, and with ids in any order.
    const outside = Uint32Array.from({ length: 20_011 }, (_, i) => i + 1).filter(
      (id) => !allowed.has(id) && id % 3 > 0,
    );
    scan.remove(outside);
    await check(scan);
    await scan.compact();
    await check(scan);
    const order = random.shuffle(Int32Array.from({ length: codes.n }, (_, i) => i));
    const shuffled = createCodeIndex(16, 16, level);
    shuffled.append(
      Uint32Array.from(order, (i) => i + 1),
      Buffer.concat([...order].map((i) => codes.packed.subarray(i * 8, i * 8 + 8))),
    );
    await check(shuffled);
  });

  it('never answers with what was removed, gives fewer where there are fewer, and counts', async () => {
    const codes = randomCodes(seededRandom(9), 50, 8, 256);
    const scan = scanWith(codes, level);
    const lookup = randomLookup(seededRandom(10), codes);
    const [{ ids: before }] = await scan.search(lookup, 50);
    expect(scan.remove(Uint32Array.of(before[0], before[7], 9999, 0))).toBe(2);
    expect(scan.remove(Uint32Array.of(before[0]))).toBe(0);
    expect([scan.size, scan.removed]).toEqual([48, 2]);
    const [{ ids: after }] = await scan.search(lookup, 50);
    expect([...after]).toEqual([...before].filter((_, i) => i !== 0 && i !== 7));
    scan.remove(Uint32Array.from(after.subarray(20)));
    await Promise.all([scan.compact(), scan.compact()]);
    expect((await scan.search(lookup, 50))[0].ids).toEqual(after.slice(0, 20));
    expect([scan.size, scan.removed]).toEqual([20, 0]);
    scan.remove(Uint32Array.from(after));
    await scan.compact();
    scan.append(Uint32Array.of(7), codes.packed.subarray(0, 8));
    expect([...(await scan.search(lookup, 50))[0].ids]).toEqual([7]);
  });

  it('never answers with what is removed while it searches', async () => {
    const codes = randomCodes(seededRandom(11), 60_000, 8, 256);
    const scan = scanWith(codes, level);
    const lookup = randomLookup(seededRandom(12), codes);
    const best = sorted(codes, lookup, 2)[0].id;
    const search = scan.search(lookup, 5);
    scan.remove(Uint32Array.of(best));
    expect([...(await search)[0].ids]).not.toContain(best);
  });

  it('passes over the zeros of contents that are gone when it is loaded', async () => {
    const scan = createCodeIndex(1, 256, level);
    scan.append(Uint32Array.of(0, 5, 0, 7), Uint8Array.of(1, 1, 2, 3));
    expect(scan.size).toBe(2);
    expect([...(await scan.search(new Float32Array(256), 5))[0].ids]).toEqual([5, 7]);
    expect([...(await scan.search(new Float32Array(256), 5, { selector: selectorOf([6, 7]) }))[0].ids]).toEqual([7]);
  });

  it('answers with nothing when it holds nothing', async () => {
    const [{ ids }] = await createCodeIndex(16, 16, level).search(new Float32Array(256), 10);
    expect(ids).toHaveLength(0);
  });

  it.each([8, 5])('overwrites, tells codes and distances: M %d of 16 centroids', async (M) => {
    const random = seededRandom(13);
    const codes = randomCodes(random, 100, M, 16);
    const scan = scanWith(codes, level);
    const other = randomCodes(random, 2, M, 16);
    scan.overwrite(Uint32Array.of(40, 500), other.packed);
    expect(scan.size).toBe(101);
    const size = Math.ceil(M / 2);
    const read = scan.codesOf([40, 41, 500, 777]);
    expect([...read].map(([id, code]) => [id, [...code]])).toEqual([
      [40, [...other.packed.subarray(0, size)]],
      [41, [...codes.packed.subarray(40 * size, 41 * size)]],
      [500, [...other.packed.subarray(size)]],
    ]);
    expect([...unpackCodes(other.packed, { M, ksub: 16, dsub: 1 })]).toEqual([...other.indices]);
    const lookup = randomLookup(random, codes);
    const distances = scan.distancesOf(lookup, Uint32Array.of(500, 777, 41));
    const [{ ids, distances: all }] = await scan.search(lookup, 101);
    expect([...distances]).toEqual([all[ids.indexOf(500)], NaN, all[ids.indexOf(41)]]);
  });

  it('stops when it is told to', async () => {
    const scan = scanWith(randomCodes(seededRandom(14), 50_000, 8, 256), level);
    const stop = new AbortController();
    const search = scan.search(new Float32Array(8 * 256), 10, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(search).rejects.toThrow('enough');
    await expect(scan.search(new Float32Array(8 * 256), 10, { signal: stop.signal })).rejects.toThrow('enough');
  });

  it(
    'finds the same across chunks, on two threads, while others are added and it is compacted',
    { timeout: 60_000 },
    async () => {
      const n = CHUNK * 2 + 1000;
      const random = seededRandom(15);
      const bytes = new Uint8Array(Uint32Array.from({ length: n * 2 }, () => random.below(2 ** 32)).buffer);
      const codes: Codes = { M: 8, ksub: 256, indices: bytes, packed: bytes, n };
      const scan = scanWith(codes, level);
      const lookup = randomLookup(random, codes);
      const gone = new Set(Array.from({ length: CHUNK + 5000 }, (_, i) => i + 100));
      const expected = sorted(codes, lookup, 500, (id) => !gone.has(id));
      scan.remove(Uint32Array.from(gone));
      const searches = [scan.search(lookup, 500), scan.search(lookup, 500, { threads: 2 })];
      // Far away from any query, so that it does not matter who sees them.
      const far = [0, 1, 2, 3, 4, 5, 6, 7].map((m) => {
        const row = [...lookup.subarray(m * 256, (m + 1) * 256)];
        return row.indexOf(Math.max(...row));
      });
      const compacted = Promise.all([scan.compact(), scan.compact()]);
      for (let i = 0; i < 200; i++) scan.append(Uint32Array.of(n + 1 + i), Uint8Array.from(far));
      searches.push(scan.search(lookup, 500, { threads: 2 }));
      await compacted;
      searches.push(scan.search(lookup, 500));
      for (const [{ ids }] of await Promise.all(searches)) expect([...ids]).toEqual(expected.map(({ id }) => id));
      expect(scan.size).toBe(n - gone.size + 200);
      expect(scan.removed).toBeLessThan(gone.size);
      const selector = selectorOf(expected.slice(3, 40).map(({ id }) => id));
      expect([...(await scan.search(lookup, 500, { selector }))[0].ids]).toEqual(
        expected.slice(3, 40).map(({ id }) => id),
      );
    },
  );

  it('refuses codes that do not go with their ids', () => {
    expect(() => createCodeIndex(4, 256, level).append(Uint32Array.of(1), Uint8Array.of(1, 2))).toThrow(
      /[Ee]xpected 4 bytes.* for 1 ids, got 2/,
    );
  });
});

describe('A lookup table', () => {
  it.each(['l2', 'inner-product'] as const)('sums up to the distance from what a code stands for, by %s', (metric) => {
    const random = seededRandom(16);
    const books = {
      M: 4,
      ksub: 16,
      dsub: 2,
      centroids: Float32Array.from({ length: 4 * 16 * 2 }, () => random.normal()),
    };
    const query = Float32Array.from({ length: 8 }, () => random.normal());
    const table = lookupTable(query, books, metric);
    const code = [3, 15, 0, 7];
    let [sum, expected] = [0, metric === 'l2' ? 0 : 2];
    code.forEach((index, m) => (sum += table[m * 16 + index]));
    query.forEach((value, t) => {
      const decoded = books.centroids[((t >> 1) * 16 + code[t >> 1]) * 2 + (t & 1)];
      expected += metric === 'l2' ? (value - decoded) ** 2 : -2 * value * decoded;
    });
    expect(sum).toBeCloseTo(expected, 4);
  });
});

const addon = loadNativeAddon();

describe.skipIf(!addon)('The kernels of the native scan', () => {
  it.each([...shapes, { M: 5, ksub: 256 }, { M: 2, ksub: 16 }, { M: 13, ksub: 16 }])(
    'sum up to the same 16 bits at every level: M $M, ksub $ksub',
    ({ M, ksub }) => {
      const random = seededRandom(M * 77 + ksub);
      const { levels, CodeIndex } = addon!;
      const rows = ksub === 16 ? Math.ceil(M / 4) * 4 : M;
      for (const n of [0, 1, 32, 67, 1000]) {
        const codes = randomCodes(random, n, M, ksub);
        const table = Uint8Array.from({ length: rows * ksub }, (_, i) => (i < M * ksub ? random.below(256) : 0));
        const expected = Array.from({ length: n }, (_, i) => {
          let sum = 0;
          for (let m = 0; m < M; m++) sum += table[m * ksub + codes.indices[i * M + m]];
          return sum;
        });
        for (const level of levels) {
          const index = new CodeIndex(M, ksub, level);
          index.append(
            Uint32Array.from({ length: n }, (_, i) => i + 1),
            codes.packed,
          );
          expect([...index.sums(table)], level).toEqual(expected);
        }
      }
    },
  );

  it('take no more memory than the codes and five bytes a photo', () => {
    const n = 100_000;
    for (const [M, ksub] of [
      [8, 256],
      [16, 16],
    ]) {
      const index = new addon!.CodeIndex(M, ksub, 'scalar');
      index.append(
        Uint32Array.from({ length: n }, (_, i) => i + 1),
        new Uint8Array(n * 8),
      );
      expect(index.memory).toBeLessThanOrEqual(n * (8 + 5));
    }
  });
});

describe('A selector', () => {
  it('lets through what it names, or all but what it names', () => {
    const ids = [1, 31, 32, 33, 64, 70];
    const [only, without] = [selectorOf(ids), selectorWithout([...ids, 900], 70)];
    for (let id = 1; id <= 70; id++) {
      expect(selects(only, id)).toBe(ids.includes(id));
      expect(selects(without, id)).toBe(!ids.includes(id));
    }
    // Far beyond the last one nothing is there.
    expect([selects(only, 900), selects(without, 900)]).toEqual([false, false]);
  });
});
