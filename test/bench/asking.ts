// Several examples in place of one: P@10 and recall@100 on the labelled photos, always counted on photos that were not
// given; and what rounds of marks on the first ten results do.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { querySchema, type QueryInput } from '../../electron/contract/query.ts';
import { Engine } from '../../electron/engine/engine.ts';
import { seededRandom } from '../../electron/numeric/random.ts';

const QUERIES = 300;
const EXAMPLES = [1, 2, 3, 5];
const ROUNDS = 5;
const FIRST = 10;
const DEEP = 100;

export async function benchAsking(photos: string, embedder: string): Promise<void> {
  const libraryPath = mkdtempSync(join(tmpdir(), 'likeness-asking-'));
  const engine = await Engine.open({ libraryPath, embedder, watching: false, trainWhileReading: false });
  try {
    await engine.indexOnce([photos]);
    const labels = new Map<number, string>();
    for (const { photoId } of [...engine.library.photos.timelineRows()]) {
      const folder = dirname(engine.library.photos.path(photoId)!);
      if (basename(dirname(folder)) === 'labelled') labels.set(photoId, basename(folder));
    }
    const ids = [...labels.keys()];
    const members = Map.groupBy(ids, (id) => labels.get(id)!);
    const random = seededRandom(14);
    const queries = Array.from({ length: QUERIES }, () => {
      const first = ids[random.below(ids.length)];
      const others = random.shuffle(members.get(labels.get(first)!)!.filter((id) => id !== first));
      return [first, ...others];
    });
    const answer = async (given: QueryInput): Promise<number[]> => {
      const { results } = await engine.methods.searchPhotos({
        query: querySchema.parse(given),
        k: 300,
        codesOnly: false,
      });
      return results.map(({ photoId }) => photoId).filter((id) => labels.has(id));
    };
    /** Results that are labelled, best first, without those given. */
    const ask = (positives: readonly number[], marks?: { right: number[]; wrong: number[] }): Promise<number[]> =>
      answer({ positives: positives.map((photoId) => ({ photoId })), ...(marks && { marks }) });
    const right = (of: number, found: readonly number[]): number =>
      found.filter((id) => labels.get(id) === labels.get(of)).length;

    console.log(`  ${embedder}: ${QUERIES} queries among ${ids.length} labelled photos`);
    for (const n of EXAMPLES) {
      let [precision, recall] = [0, 0];
      for (const members_ of queries) {
        const found = await ask(members_.slice(0, n));
        precision += right(members_[0], found.slice(0, FIRST)) / FIRST;
        recall += right(members_[0], found.slice(0, DEEP)) / (members_.length - n);
      }
      console.log(
        `  ${n} example${n > 1 ? 's' : ''}: P@10 ${(precision / QUERIES).toFixed(3)}, recall@100 ${(recall / QUERIES).toFixed(3)}`,
      );
    }
    const [steered, plain] = [new Float64Array(ROUNDS + 1), new Float64Array(ROUNDS + 1)];
    const harmed = new Uint32Array(ROUNDS + 1);
    for (const [first] of queries) {
      const marks: { right: number[]; wrong: number[] } = { right: [], wrong: [] };
      const unsteered = await ask([first]);
      for (let round = 0; round <= ROUNDS; round++) {
        const marked = new Set([...marks.right, ...marks.wrong]);
        const next = (found: readonly number[]): number[] => found.filter((id) => !marked.has(id)).slice(0, FIRST);
        const found = next(await ask([first], marks));
        const [with_, without] = [right(first, found) / FIRST, right(first, next(unsteered)) / FIRST];
        steered[round] += with_;
        plain[round] += without;
        if (with_ < without - 0.101) harmed[round]++;
        for (const id of found) (labels.get(id) === labels.get(first) ? marks.right : marks.wrong).push(id);
      }
    }
    console.log(
      `  rounds of marks on the first ten, P@10 of the next ten, of photos neither given nor marked (the share of the gap closed; queries that lose more than 0.1):`,
    );
    for (let round = 1; round <= ROUNDS; round++) {
      const [with_, without] = [steered[round] / QUERIES, plain[round] / QUERIES];
      console.log(
        `    ${round}: ${with_.toFixed(3)}, without the marks ${without.toFixed(3)} (${((100 * (with_ - without)) / (1 - without)).toFixed(0)}%; ${harmed[round]} of ${QUERIES}, at most ${Math.floor(QUERIES / 50)})`,
      );
    }
  } finally {
    await engine.close();
    rmSync(libraryPath, { recursive: true });
  }
}
