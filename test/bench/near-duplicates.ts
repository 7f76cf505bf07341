// Edited copies as queries: how often their original comes first, and among the first five.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { Engine } from '../../electron/engine/engine.ts';
import { seededRandom } from '../../electron/numeric/random.ts';

const QUERIES = 200;

/** What people do to a picture before it comes back. */
export const edits: Record<string, (picture: Sharp, size: { width: number; height: number }) => Sharp> = {
  'JPEG quality 30': (picture) => picture.jpeg({ quality: 30 }),
  'half size': (picture, { width }) => picture.resize(Math.round(width / 2)).jpeg({ quality: 90 }),
  'a tenth cut off each side': (picture, { width, height }) =>
    picture
      .extract({
        left: Math.round(width / 10),
        top: Math.round(height / 10),
        width: Math.round(width * 0.8),
        height: Math.round(height * 0.8),
      })
      .jpeg({ quality: 90 }),
  mirrored: (picture) => picture.flop().jpeg({ quality: 90 }),
  'a third brighter': (picture) => picture.linear(4 / 3, 0).jpeg({ quality: 90 }),
};

export async function benchNearDuplicates(photos: string, embedder: string): Promise<void> {
  const libraryPath = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
  const engine = await Engine.open({
    libraryPath,
    embedder,
    watching: false,
    trainWhileReading: false,
  });
  await engine.indexOnce([photos]);
  const all = [...engine.library.photos.timelineRows()].map(({ photoId }) => photoId).sort((a, b) => a - b);
  const chosen = seededRandom(20).shuffle(all).slice(0, QUERIES);
  const ways = [
    { name: 're-ranked', codesOnly: false },
    { name: 'codes alone', codesOnly: true },
  ];
  const found = new Map(Object.keys(edits).map((edit) => [edit, ways.map(() => ({ first: 0, amongFive: 0 }))]));
  for (const photoId of chosen) {
    const { path, contentId } = engine.methods.getPhoto({ photoId });
    const upright = await sharp(readFileSync(path)).autoOrient().removeAlpha().toColourspace('srgb').png().toBuffer();
    const { width, height } = await sharp(upright).metadata();
    for (const [name, edit] of Object.entries(edits)) {
      const { exampleId } = await engine.methods.addExample({
        name,
        bytes: new Uint8Array(await edit(sharp(upright), { width, height }).toBuffer()),
      });
      for (const [i, { codesOnly }] of ways.entries()) {
        const { results } = await engine.methods.searchPhotos({
          query: { positives: [{ exampleId }], negatives: [], sort: 'likeness' },
          k: 20,
          codesOnly,
        });
        const rank = [...new Set(results.map((result) => result.contentId))].indexOf(contentId);
        if (rank === 0) found.get(name)![i].first++;
        if (rank >= 0 && rank < 5) found.get(name)![i].amongFive++;
      }
    }
  }
  const { embedder: used } = engine.methods.getStatus();
  await engine.close();
  rmSync(libraryPath, { recursive: true });
  const share = (n: number, of: number): string => `${((100 * n) / of).toFixed(1)}%`;
  console.log(
    `  ${used.name}: ${chosen.length} of ${all.length} photos, ${Object.keys(edits).length} edits of each; the original first, among the first five`,
  );
  for (const [i, { name }] of ways.entries()) {
    for (const [edit, counts] of found)
      console.log(
        `    ${name}, ${edit}: ${share(counts[i].first, chosen.length)}, ${share(counts[i].amongFive, chosen.length)}`,
      );
    const sum = (of: 'first' | 'amongFive'): number =>
      [...found.values()].reduce((total, counts) => total + counts[i][of], 0);
    console.log(
      `    ${name}, all: ${share(sum('first'), chosen.length * found.size)}, ${share(sum('amongFive'), chosen.length * found.size)} (to reach 97%, 99%)`,
    );
  }
}
