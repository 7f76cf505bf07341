// What 8 bytes a photo cost in this library: recall and time of every scan and re-rank depth, measured, and one chosen.
import { normalized } from '../../numeric/vectors.ts';
import type { OperatingPoints, MeasuredPoint, OperatingPoint } from '../../contract/models.ts';
import { seededRandom } from '../../numeric/random.ts';
import type { Library } from '../../library/library.ts';
import { lookupTable, type Candidates } from '../../search/code-index.ts';
import { rerank } from '../../search/re-rank.ts';
import type { ActiveModel } from '../codes/active-model.ts';
import { scanOptionsFor } from '../codes/ranking.ts';

const KINDS: readonly OperatingPoint['codes'][] = ['8-bit', '4-bit'];
const DEPTHS: readonly number[] = [0, 100, 300, 1000];
/** Photos that recall is measured among at most, and queries. */
const SAMPLE = 20_000;
const QUERIES = 100;
/** Results that are looked for: what a person sees without scrolling. */
const RESULTS = 10;
const TIMES = 9;
const READ_AT_ONCE = 250;
const SEED = 2011;
/** Milliseconds that a search may take: with the way to the page and back, a click is then answered at once. */
const BUDGET = 10;
/** Recall that is not worth waiting for, and milliseconds that nobody notices. */
const SAME_RECALL = 0.005;
const SAME_TIME = 1;

export interface MeasuringTools {
  /** See measureRecall; for both kinds of codes in the order of KINDS. Done on a thread of its own. */
  recall(hidden: Float32Array<ArrayBuffer>, queries: number, k: number, depths: readonly number[]): Promise<number[][]>;
  /** Throws where the work is to stop. */
  stopHere: () => void;
}

/** @throws RangeError where there are too few photos for a measure */
export async function measureOperatingPoints(
  library: Library,
  active: ActiveModel,
  regionIds: readonly number[],
  tools: MeasuringTools,
): Promise<OperatingPoints> {
  const photos = regionIds.length;
  const sample = seededRandom(SEED)
    .shuffle([...regionIds])
    .slice(0, SAMPLE);
  const hidden = await readHidden(library, active, sample, tools);
  const D = active.codebooks.M * active.codebooks.dsub;
  const n = hidden.length / D;
  const queries = Math.min(QUERIES, n);
  if (n <= RESULTS) throw new RangeError(`Expected more than ${RESULTS} photos to measure searches by, got ${n}`);
  // Among a sample, as much smaller a share of it outranks a true result.
  const depthsInSample = DEPTHS.map((depth) => Math.max(RESULTS, Math.round((depth * n) / photos)));
  const asked = hidden.slice(0, queries * D);
  const recalls = await tools.recall(hidden, queries, RESULTS, depthsInSample);
  tools.stopHere();
  const rows: MeasuredPoint[] = [];
  let level = '';
  for (const [k, codes] of KINDS.entries()) {
    const scan = await active.indexOf(library, codes);
    const books = codes === '8-bit' ? active.model.codebooks : active.model.codebooks4Bit;
    level = scan.level;
    for (const [d, depth] of DEPTHS.entries()) {
      tools.stopHere();
      const times: number[] = [];
      for (let t = 0; t < TIMES; t++) {
        const query = normalized(asked.subarray((t % queries) * D, ((t % queries) + 1) * D));
        const start = performance.now();
        const [candidates] = (await scan.search(
          lookupTable(query, books, 'inner-product'),
          Math.max(depth, RESULTS),
          scanOptionsFor(scan),
        )) as [Candidates];
        if (depth > 0) rerank(query, candidates, library.codes.hiddenOf(active.id, [...candidates.ids]));
        times.push(performance.now() - start);
        await new Promise((resolve) => setImmediate(resolve));
      }
      rows.push({
        codes,
        rerank: depth,
        recall: recalls[k]![d]!,
        milliseconds: times.toSorted((a, b) => a - b)[Math.floor(TIMES / 2)]!,
      });
    }
  }
  const { codes, rerank: depth } = chooseOperatingPoint(rows);
  return { photos, sample: n, queries, level, rows, chosen: { codes, rerank: depth } };
}

/**
 * Of what answers in time, the best; of what is about as good as that, the fastest; of what is about as fast, the
 * codes that tell more. Where nothing answers in time, the fastest.
 */
export function chooseOperatingPoint(rows: readonly MeasuredPoint[]): MeasuredPoint {
  const bySpeed = rows.toSorted((a, b) => a.milliseconds - b.milliseconds);
  const inTime = bySpeed.filter(({ milliseconds }) => milliseconds <= BUDGET);
  const best = Math.max(...inTime.map(({ recall }) => recall));
  const good = inTime.filter(({ recall }) => recall >= best - SAME_RECALL);
  const fast = good.filter(({ milliseconds }) => milliseconds <= good[0]!.milliseconds + SAME_TIME);
  return fast.find(({ codes }) => codes === '8-bit') ?? fast[0] ?? bySpeed[0]!;
}

/** float32, (n, D), of those that have one. */
async function readHidden(
  library: Library,
  active: ActiveModel,
  regionIds: readonly number[],
  { stopHere }: Pick<MeasuringTools, 'stopHere'>,
): Promise<Float32Array<ArrayBuffer>> {
  const D = active.codebooks.M * active.codebooks.dsub;
  const out = new Float32Array(regionIds.length * D);
  let n = 0;
  for (let at = 0; at < regionIds.length; at += READ_AT_ONCE) {
    for (const vector of library.codes.hiddenOf(active.id, regionIds.slice(at, at + READ_AT_ONCE)).values())
      out.set(vector, n++ * D);
    await new Promise((resolve) => setImmediate(resolve));
    stopHere();
  }
  return out.slice(0, n * D);
}
