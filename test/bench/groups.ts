// What the groups of results hold: edited copies in "the same picture" and nothing else, and photos of the query's class in
// "very alike" and "alike".
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Example } from '../../electron/contract/query.ts';
import type { SearchResult } from '../../electron/contract/search.ts';
import { Engine } from '../../electron/engine/engine.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { edits } from './near-duplicates.ts';

const COPIES = 200;
const QUERIES = 300;

export async function benchGroups(photos: string, embedder: string): Promise<void> {
  const libraryPath = mkdtempSync(join(tmpdir(), 'likeness-groups-'));
  const engine = await Engine.open({ libraryPath, embedder, watching: false, trainWhileReading: false });
  try {
    await engine.indexOnce([photos]);
    const labels = new Map<number, string>();
    const all = [...engine.library.photos.timelineRows()].map(({ photoId }) => photoId).sort((a, b) => a - b);
    for (const photoId of all) {
      const folder = dirname(engine.library.photos.path(photoId)!);
      if (basename(dirname(folder)) === 'labelled') labels.set(photoId, basename(folder));
    }
    const ask = async (example: Example, k: number): Promise<SearchResult[]> => {
      const query = { positives: [example], negatives: [], sort: 'likeness' as const };
      return (await engine.methods.searchPhotos({ query, k, codesOnly: false })).results;
    };
    const { embedder: used } = engine.methods.getStatus();
    console.log(`  ${used.name}:`);
    await copies(engine, all, ask);

    const queries = seededRandom(14)
      .shuffle([...labels.keys()])
      .slice(0, QUERIES);
    const members = Map.groupBy(labels.keys(), (id) => labels.get(id)!);
    const shares = { found: 0, right: 0, precision: 0, recall: 0, nothing: 0, veryAlike: 0, veryAlikeRight: 0 };
    for (const photoId of queries) {
      const found = (await ask({ photoId }, 1000)).filter(
        (result) => result.group !== 'less' && labels.has(result.photoId),
      );
      const isRight = (result: SearchResult): boolean => labels.get(result.photoId) === labels.get(photoId);
      const right = found.filter(isRight).length;
      const veryAlike = found.filter(({ group }) => group === 'very alike');
      shares.found += found.length;
      shares.right += right;
      shares.veryAlike += veryAlike.length;
      shares.veryAlikeRight += veryAlike.filter(isRight).length;
      if (found.length === 0) shares.nothing++;
      else shares.precision += right / found.length;
      shares.recall += right / (members.get(labels.get(photoId)!)!.length - 1);
    }
    const mean = (sum: number, n: number): string => (sum / n).toFixed(3);
    console.log(
      `    down to "alike": precision ${mean(shares.precision, QUERIES - shares.nothing)} a query, ${mean(shares.right, shares.found)} of all; holds ${mean(shares.recall, QUERIES)} of the class (to reach 0.8 and 0.5); ${shares.nothing} of ${QUERIES} found nothing`,
    );
    console.log(
      `    "very alike": ${mean(shares.veryAlike, QUERIES)} a query, precision ${mean(shares.veryAlikeRight, shares.veryAlike)}`,
    );
  } finally {
    await engine.close();
    rmSync(libraryPath, { recursive: true });
  }
}

async function copies(
  engine: Engine,
  all: readonly number[],
  ask: (example: Example, k: number) => Promise<SearchResult[]>,
): Promise<void> {
  const [scores, strangers]: [number[], number[]] = [[], []];
  let [held, shown, wrong, queries] = [0, 0, 0, 0];
  for (const photoId of seededRandom(20)
    .shuffle([...all])
    .slice(0, COPIES)) {
    const { path, contentId } = engine.methods.getPhoto({ photoId });
    const upright = await sharp(readFileSync(path)).autoOrient().removeAlpha().toColourspace('srgb').png().toBuffer();
    const { width, height } = await sharp(upright).metadata();
    for (const [name, edit] of Object.entries(edits)) {
      const bytes = new Uint8Array(await edit(sharp(upright), { width, height }).toBuffer());
      const { exampleId } = await engine.methods.addExample({ name, bytes });
      const results = await ask({ exampleId }, 200);
      const same = results.filter(({ group }) => group === 'same');
      queries++;
      if (same.some((result) => result.contentId === contentId)) held++;
      shown += same.length;
      wrong += same.filter((result) => result.contentId !== contentId).length;
      scores.push(results.find((result) => result.contentId === contentId)?.score ?? 0);
      strangers.push(results.at(-1)!.score);
    }
  }
  const percent = (n: number, of: number): string => `${((100 * n) / of).toFixed(1)}%`;
  const at = (values: number[], share: number): string =>
    values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))].toFixed(2);
  console.log(
    `    ${queries} edited copies: ${percent(held, queries)} have their original in "the same picture" (to reach 99%); of what is shown there ${percent(wrong, shown)} is no edit (at most 1%)`,
  );
  console.log(
    `    scores of originals: median ${at(scores, 0.5)}, a twentieth below ${at(scores, 0.05)}; of the 200th result: median ${at(strangers, 0.5)}`,
  );
}
