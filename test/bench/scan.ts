// The scan over codes: every level of it, one thread and two, filters, loading; beside reading the same memory once
// and, where a Python with FAISS is given, beside FAISS on the same machine in the same run.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { createCodeIndex, indexLevels } from '../../electron/engine/codes/choose-code-index.ts';
import { NativeCodeIndex } from '../../electron/engine/codes/native-code-index.ts';
import { cataloguePath } from '../../electron/library/catalogue.ts';
import { Library } from '../../electron/library/library.ts';
import { SEGMENT_SIZE } from '../../electron/library/rows/code-rows.ts';
import { seededRandom, type Random } from '../../electron/numeric/random.ts';
import { selectorOf } from '../../electron/search/id-selector.ts';
import type { Codebooks } from '../../electron/numeric/codebooks.ts';
import { lookupTable, type CodeIndex } from '../../electron/search/code-index.ts';

const K = 100;
/** Codes of 64 bits over hidden vectors of 64 dimensions, as FAISS is timed with. */
const kinds: readonly { name: string; M: number; ksub: number }[] = [
  { name: '4-bit', M: 16, ksub: 16 },
  { name: '8-bit', M: 8, ksub: 256 },
];

/** @param faiss a Python that has FAISS, and the script that times it; or undefined */
export async function benchScan(
  sizes: readonly number[],
  faiss: { python: string; script: string } | undefined,
): Promise<void> {
  const random = seededRandom(1);
  for (const n of sizes) {
    const bytes = randomBytes(random, n * 8);
    console.log(`  ${n / 1e6}M codes of 64 bits, top ${K}, one query at a time; median (95th percentile) in ms`);
    console.log(
      `    reading the bytes once, in words of 8: ${show(
        await time(
          21,
          () => undefined,
          () => Promise.resolve(sum(bytes)),
        ),
      )}`,
    );
    for (const { name, M, ksub } of kinds) {
      const books = {
        M,
        ksub,
        dsub: 64 / M,
        centroids: Float32Array.from({ length: ksub * 64 }, () => random.normal()),
      };
      for (const level of indexLevels.toReversed()) {
        // The slow ones say enough at one size.
        if (n > 2e6 && (level === 'typescript' || level === 'scalar')) continue;
        const scan = filled(createCodeIndex(M, ksub, level), bytes, n);
        const rounds = level === 'typescript' || level === 'scalar' ? 9 : 101;
        const asked = (): Float32Array => query(random, books);
        const line = [`one thread ${show(await time(rounds, asked, (lookup) => scan.search(lookup, K)))}`];
        if (level !== 'typescript')
          line.push(
            `two threads ${show(await time(rounds, asked, (lookup) => scan.search(lookup, K, { threads: 2 })))}`,
          );
        if (level === indexLevels.at(-1)) {
          const share = Math.floor(n / 100);
          const together = selectorOf(Array.from({ length: share }, (_, i) => Math.floor(n / 3) + i));
          const scattered = selectorOf(Array.from({ length: share }, (_, i) => i * 100 + 1 + random.below(100)));
          line.push(
            `1% together ${show(await time(rounds, asked, (lookup) => scan.search(lookup, K, { selector: together })))}`,
          );
          line.push(
            `1% scattered ${show(await time(rounds, asked, (lookup) => scan.search(lookup, K, { selector: scattered })))}`,
          );
          const eight = Float32Array.from({ length: 8 * M * ksub });
          for (let q = 0; q < 8; q++) eight.set(query(random, books), q * M * ksub);
          line.push(
            `eight queries at once ${show(
              await time(
                21,
                () => eight,
                (lookups) => scan.search(lookups, K),
              ),
            )}`,
          );
          line.push(`top 10,000 ${show(await time(21, asked, (lookup) => scan.search(lookup, 10_000)))}`);
          if (scan instanceof NativeCodeIndex) line.push(`${(scan.index.memory / n).toFixed(2)} bytes a photo`);
        }
        console.log(`    ${name} ${level}: ${line.join('; ')}`);
      }
    }
    console.log(`    from SQLite into memory: ${loading(bytes, n).toFixed(2)} s`);
    if (faiss) {
      const { stdout } = await promisify(execFile)(faiss.python, [faiss.script, String(n)], { maxBuffer: 2 ** 24 });
      for (const line of stdout.trim().split('\n')) console.log(`    FAISS, one thread: ${line}`);
    } else console.log('    FAISS: skipped, because no --python with faiss-cpu and no --faiss-script was found');
  }
}

function randomBytes(random: Random, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint32Array.from({ length: length / 4 }, () => random.below(2 ** 32)).buffer);
}

function query(random: Random, books: Codebooks): Float32Array {
  return lookupTable(
    Float32Array.from({ length: 64 }, () => random.normal()),
    books,
    'l2',
  );
}

function filled<T extends CodeIndex>(scan: T, bytes: Uint8Array, n: number): T {
  for (let at = 0; at < n; at += SEGMENT_SIZE) {
    const count = Math.min(SEGMENT_SIZE, n - at);
    scan.append(
      Uint32Array.from({ length: count }, (_, i) => at + i + 1),
      bytes.subarray(at * 8, (at + count) * 8),
    );
  }
  return scan;
}

/** Seconds from a closed catalogue to a scan that answers. */
function loading(bytes: Uint8Array, n: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-scan-'));
  try {
    Library.open(folder).close();
    const db = new Database(cataloguePath(folder));
    const insert = db.prepare(
      `INSERT INTO code_segment (model_id, regions, codes_8bit, codes_4bit) VALUES (1, ?, ?, x'')`,
    );
    db.transaction(() => {
      for (let at = 0; at < n; at += SEGMENT_SIZE) {
        const ids = Uint32Array.from({ length: Math.min(SEGMENT_SIZE, n - at) }, (_, i) => at + i + 1);
        insert.run(new Uint8Array(ids.buffer), bytes.subarray(at * 8, (at + ids.length) * 8));
      }
    })();
    db.close();
    const start = performance.now();
    const library = Library.open(folder);
    const scan = createCodeIndex(8, 256);
    for (const { regions, codes } of library.codes.segments(1)) scan.append(regions, codes);
    const took = (performance.now() - start) / 1000;
    if (scan.size !== n) throw new Error(`Expected ${n} codes, got ${scan.size}`);
    library.close();
    return took;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sum(bytes: Uint8Array<ArrayBuffer>): number {
  const words = new Float64Array(bytes.buffer);
  let [a, b, c, d] = [0, 0, 0, 0];
  // A word of each cache line is enough to have it read.
  for (let i = 0; i + 32 <= words.length; i += 32) {
    a += words[i];
    b += words[i + 8];
    c += words[i + 16];
    d += words[i + 24];
  }
  return a + b + c + d;
}

/** @param prepare makes what each round works on, outside the measure */
async function time<T>(rounds: number, prepare: () => T, work: (prepared: T) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const prepared = prepare();
    const start = performance.now();
    await work(prepared);
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b);
}

function show(times: readonly number[]): string {
  return `${times[Math.floor(times.length / 2)].toFixed(3)} (${times[Math.floor(times.length * 0.95)].toFixed(3)})`;
}
