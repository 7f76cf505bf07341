// Several examples in place of one: P@10 and recall@100 on the labelled photos, always counted on photos that were not
// given; and what rounds of marks on the first ten results do.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Example } from '../../electron/contract/query.ts';
import { Engine } from '../../electron/engine/engine.ts';
import { seededRandom } from '../../electron/numeric/random.ts';

const QUERIES = 300;
const EXAMPLES = [1, 2, 3, 5];
const ROUNDS = 5;
const FIRST = 10;
const DEEP = 100;
const MOST_EXAMPLES = 32;

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
    /** Results that are labelled, best first, without those given. */
    const ask = async (positives: readonly number[], negatives: readonly number[]): Promise<number[]> => {
      const examples = (all: readonly number[]): Example[] => all.slice(-MOST_EXAMPLES).map((photoId) => ({ photoId }));
      const query = { positives: examples(positives), negatives: examples(negatives), sort: 'likeness' as const };
      const { results } = await engine.methods.searchPhotos({ query, k: 300, codesOnly: false });
      return results.map(({ photoId }) => photoId).filter((id) => labels.has(id));
    };
    const right = (of: number, found: readonly number[]): number =>
      found.filter((id) => labels.get(id) === labels.get(of)).length;

    console.log(`  ${embedder}: ${QUERIES} queries among ${ids.length} labelled photos`);
    for (const n of EXAMPLES) {
      let [precision, recall] = [0, 0];
      for (const members_ of queries) {
        const found = await ask(members_.slice(0, n), []);
        precision += right(members_[0], found.slice(0, FIRST)) / FIRST;
        recall += right(members_[0], found.slice(0, DEEP)) / (members_.length - n);
      }
      console.log(
        `  ${n} example${n > 1 ? 's' : ''}: P@10 ${(precision / QUERIES).toFixed(3)}, recall@100 ${(recall / QUERIES).toFixed(3)}`,
      );
    }
    const rounds = new Float64Array(ROUNDS + 1);
    let harmed = 0;
    for (const [first] of queries) {
      const [positives, negatives]: [number[], number[]] = [[first], []];
      let before = 0;
      for (let round = 0; round <= ROUNDS; round++) {
        const marked = new Set([...positives, ...negatives]);
        const found = (await ask(positives, negatives)).filter((id) => !marked.has(id)).slice(0, FIRST);
        const precision = right(first, found) / FIRST;
        rounds[round] += precision;
        if (round === 0) before = precision;
        else if (round === 1 && precision < before - 0.1) harmed++;
        for (const id of found) (labels.get(id) === labels.get(first) ? positives : negatives).push(id);
      }
    }
    console.log(
      `  1 example and 0 to ${ROUNDS} rounds of marks on the first ten: P@10 of the next ten ${[...rounds].map((sum) => (sum / QUERIES).toFixed(3)).join(', ')}; more than 0.1 lost by the first round: ${harmed} of ${QUERIES}`,
    );
  } finally {
    await engine.close();
    rmSync(libraryPath, { recursive: true });
  }
}
