// The plain scan over random 64-bit codes, and a sort of the same distances beside it.
import { seededRandom } from '../../electron/numeric/random.ts';
import { PlainCodeScan } from '../../electron/search/code-scan.ts';

export function benchScan(): void {
  const [n, M, ksub] = [1_000_000, 8, 256];
  const random = seededRandom(1);
  const ids = Uint32Array.from({ length: n }, (_, i) => i + 1);
  const codes = Uint8Array.from({ length: n * M }, () => random.below(ksub));
  const table = Float32Array.from({ length: M * ksub }, () => random.uniform());
  const scan = new PlainCodeScan(M, ksub);
  scan.append(ids, codes);
  const median = (work: () => void): number => {
    const times = Array.from({ length: 9 }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    });
    return times.toSorted((a, b) => a - b)[4];
  };
  const ours = median(() => scan.search(table, 300));
  const reading = median(() => {
    let sum = 0;
    for (let i = 0; i < codes.length; i++) sum += codes[i];
    return sum;
  });
  console.log(`  1M codes of 64 bits, top 300, one thread: ${ours.toFixed(1)} ms (reading the bytes alone ${reading.toFixed(1)} ms, ratio ${(ours / reading).toFixed(1)})`);
}
