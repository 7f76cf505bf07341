// Calls the native scan with whatever there is, and as it should be called, in any order; then says how often it
// refused. Run as a process of its own, because what it looks for is a crash: node fuzz-addon.ts ADDON CALLS SEED
import { createRequire } from 'node:module';
import { seededRandom } from '../../electron/numeric/random.ts';
import type { NativeAddon } from '../../electron/engine/codes/native-code-index.ts';

const [path, calls, seed] = process.argv.slice(2);
const { CodeIndex, VectorIndex, levels } = createRequire(import.meta.url)(path) as NativeAddon;
const random = seededRandom(Number(seed));
type Index = InstanceType<NativeAddon['CodeIndex']>;

const pick = <T>(from: readonly T[]): T => from[random.below(from.length)];
const detached = (): Uint8Array => {
  const bytes = new Uint8Array(64);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
};
const shrunk = (): Float32Array => {
  const buffer = new ArrayBuffer(4096, { maxByteLength: 8192 });
  const floats = new Float32Array(buffer);
  buffer.resize(16);
  return floats;
};
const oddities: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => NaN,
  () => -1,
  () => 0,
  () => 2 ** 32,
  () => 1e300,
  () => 1.5,
  () => 'codes',
  () => Symbol('codes'),
  () => 10n,
  () => ({ length: 8 }),
  () => [1, 2, 3],
  () => () => 1,
  () => new Proxy({}, {}),
  () => new ArrayBuffer(8),
  () => new DataView(new ArrayBuffer(8)),
  () => new Float64Array(8),
  () => new BigUint64Array(2),
  () => new Uint8Array(random.below(100)),
  () => new Uint32Array(random.below(100)),
  () => new Float32Array(random.below(5000)),
  () => new Float32Array(8 * 256).fill(pick([NaN, Infinity, -Infinity])),
  () => new Uint8Array(new SharedArrayBuffer(16)),
  () => new Uint8Array(new ArrayBuffer(64), 13, 8),
  detached,
  shrunk,
  () => Buffer.alloc(8),
];
const odd = (): unknown => pick(oddities)();

let refused = 0;
let accepted = 0;
const waiting: Promise<unknown>[] = [];

function attempt(work: () => unknown): void {
  try {
    work();
    accepted++;
  } catch (error) {
    // In words: what was expected, and what came.
    if (
      !(error instanceof TypeError) ||
      !/expected|Cannot convert|constructor|this machine has no|Illegal invocation|Invalid argument/i.test(
        error.message,
      )
    )
      throw error;
    refused++;
  }
}

const shapes = [
  [8, 256],
  [16, 16],
  [1, 256],
  [5, 16],
  [64, 16],
  [32, 256],
] as const;

for (let round = 0; round < Number(calls) / 50; round++) {
  const [M, ksub] = pick(shapes);
  attempt(() => new (CodeIndex as unknown as new (...args: unknown[]) => Index)(odd(), odd(), odd()));
  const index = new CodeIndex(M, ksub, pick(levels));
  const size = ksub === 16 ? Math.ceil(M / 2) : M;
  const ids = (count: number): Uint32Array => Uint32Array.from({ length: count }, () => random.below(3000));
  const codes = (count: number): Uint8Array => Uint8Array.from({ length: count * size }, () => random.below(256));
  const lookup = (): Float32Array => Float32Array.from({ length: M * ksub }, () => random.normal());
  const call = (method: keyof Index, ...args: unknown[]): unknown =>
    (index[method] as (...args: unknown[]) => unknown).call(index, ...args);
  for (let i = 0; i < 50; i++) {
    const count = random.below(200);
    attempt(() => {
      switch (random.below(12)) {
        case 0:
        case 1:
          return call('append', ids(count), codes(count));
        case 2:
          return call(
            'overwrite',
            ids(count).map((id) => id + 1),
            codes(count),
          );
        case 3:
          return call('remove', ids(count));
        case 4:
          return call('read', ids(count));
        case 5:
          return call('distances', lookup(), ids(count));
        case 6: {
          const { promise, cancel } = index.search(
            lookup(),
            1 + random.below(300),
            pick([null, ids(count)]),
            1 + random.below(3),
          );
          if (random.below(4) === 0) cancel();
          return waiting.push(promise);
        }
        case 7:
          return waiting.push(index.compact());
        case 8:
          return call(pick(['append', 'overwrite']), odd(), odd());
        case 9:
          return call(pick(['remove', 'read', 'sums']), odd());
        case 10:
          return call('distances', pick([odd(), lookup()]), odd());
        default: {
          const found = call(
            'search',
            pick([odd(), lookup()]),
            pick([odd(), 10]),
            pick([odd(), null]),
            pick([odd(), 1]),
          ) as { promise: Promise<unknown> };
          return waiting.push(found.promise);
        }
      }
    });
  }
  const d = 1 + random.below(40);
  const vectors = (count: number): Float32Array => Float32Array.from({ length: count * d }, () => random.normal());
  attempt(
    () => new (VectorIndex as unknown as new (...args: unknown[]) => unknown)(pick([odd(), vectors(3)]), odd(), odd()),
  );
  const neighbours = new VectorIndex(vectors(1 + random.below(300)), d, pick(levels));
  for (let i = 0; i < 5; i++) {
    attempt(() => {
      const usual = random.below(2) === 0;
      const nearest = neighbours.nearest.bind(neighbours) as (
        ...args: unknown[]
      ) => ReturnType<typeof neighbours.nearest>;
      const { promise, cancel } = usual
        ? nearest(vectors(random.below(30)), 1 + random.below(neighbours.size), 1 + random.below(4))
        : nearest(pick([odd(), vectors(2)]), pick([odd(), 1]), pick([odd(), 1]));
      if (random.below(4) === 0) cancel();
      return waiting.push(promise);
    });
  }
  if (random.below(3) === 0) await Promise.all(waiting.splice(0));
}
// A method on what it was not made for.
const { append } = CodeIndex.prototype as unknown as { append: (...args: unknown[]) => void };
attempt(() => append.call({}, new Uint32Array(1), new Uint8Array(8)));
await Promise.all(waiting);
console.log(JSON.stringify({ accepted, refused }));
