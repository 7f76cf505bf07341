// Exact nearest neighbours over float vectors, native and by TensorFlow.js, beside FAISS's flat index in the same run.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { nativeVectorIndexes } from '../../electron/engine/codes/native-vector-index.ts';
import { chooseBackend } from '../../electron/engine/training/tensorflow-backend.ts';
import { neighbourGraph } from '../../electron/deepquan/training/neighbours.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { normalizeRows } from '../../electron/numeric/vectors.ts';
import { seconds } from './indexing.ts';

const PHOTOS = 20_000;
const QUERIES = 2000;
const K = 50;
const ROUNDS = 5;

/** Inner products, as the flat index of FAISS answers them; prints seconds of each round. */
const FAISS = `
import sys, time, numpy, faiss
d, threads = int(sys.argv[1]), int(sys.argv[2])
faiss.omp_set_num_threads(threads)
x = numpy.random.default_rng(1).standard_normal((${PHOTOS}, d), dtype=numpy.float32)
index = faiss.IndexFlatIP(d)
index.add(x)
index.search(x[:100], ${K})
for _ in range(${ROUNDS}):
    start = time.perf_counter()
    index.search(x[:${QUERIES}], ${K})
    print(time.perf_counter() - start)
`;

/** @param python one that has FAISS, or undefined */
export async function benchNeighbours(python: string | undefined): Promise<void> {
  const random = seededRandom(1);
  await chooseBackend();
  if (!python) console.log('  not beside FAISS: no Python that has it was found (--python FILE)');
  for (const d of [256, 1280]) {
    const rows = Float32Array.from({ length: PHOTOS * d }, () => random.normal());
    normalizeRows(rows, d);
    const operations = 2 * PHOTOS * QUERIES * d;
    for (const threads of [1, 2]) {
      const index = nativeVectorIndexes(threads)?.(rows, d);
      const own: number[] = [];
      // In turns, so that what else the machine does falls on both alike.
      const theirs: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        if (index) own.push(await seconds(() => index.nearest(rows.subarray(0, QUERIES * d), K)));
        if (python) {
          const { stdout } = await promisify(execFile)(python, ['-c', FAISS, String(d), String(threads)]);
          theirs.push(median(stdout.trim().split('\n').map(Number)));
        }
      }
      const rate = (times: number[]): string => `${(operations / median(times) / 1e9).toFixed(0)} GFLOP/s`;
      console.log(
        `  ${d} dimensions, ${threads} thread${threads > 1 ? 's' : ''}: ${index ? `native ${rate(own)}` : 'no native addon'}` +
          (python && index
            ? `, FAISS ${rate(theirs)}, ratio ${(median(theirs) / median(own)).toFixed(2)} (to reach 0.7)`
            : ''),
      );
    }
    const breathe = (): Promise<void> => Promise.resolve();
    const makeVectorIndex = nativeVectorIndexes();
    const plain = await seconds(() => neighbourGraph(rows, PHOTOS, K, { breathe }));
    const native = await seconds(() => neighbourGraph(rows, PHOTOS, K, { breathe, makeVectorIndex }));
    console.log(`  the graph of ${PHOTOS} photos: ${native.toFixed(1)} s, by TensorFlow.js ${plain.toFixed(1)} s`);
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
