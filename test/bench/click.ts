// From a click to its results in a library of a million photos: through the loopback server and the engine, re-rank
// and all, at rest and while photos are read. Filters, several examples and boxes beside a click, in the same run.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { OperatingPoints } from '../../electron/contract/models.ts';
import type { QueryInput } from '../../electron/contract/query.ts';
import type { SearchAnswer } from '../../electron/contract/search.ts';
import { Engine } from '../../electron/engine/engine.ts';
import { startPageServer } from '../../electron/faces/browser/http-server.ts';
import { cataloguePath } from '../../electron/library/catalogue.ts';
import { SEGMENT_SIZE } from '../../electron/library/rows/code-rows.ts';
import { GRID } from '../../electron/engine/photo-parts/grid.ts';
import { fromHalf, toHalf } from '../../electron/numeric/half.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { writePictures } from '../support/pictures.ts';

const REAL = 300;
const NEW = 400;
const CLICKS = 200;
/** What the page asks for. */
const RESULTS = 200;
/** Of the photos, that a filter leaves. */
const SHARES = [0.01, 0.1, 0.5];
/** Codes of parts among which boxes are asked about. */
const PART_CODES = 10_000_000;
/** Between two photos of the library made here, in milliseconds. */
const MINUTE = 60_000;

/** Milliseconds. */
interface Click {
  whole: number;
  engine: number;
}

export async function benchClick(photos: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-click-'));
  const libraryPath = join(folder, 'library');
  const [seen, coming] = ['seen', 'coming'].map((name) => join(folder, name));
  mkdirSync(seen);
  mkdirSync(coming);
  try {
    await writePictures(seen, REAL);
    const first = await open(libraryPath);
    await first.indexOnce([seen]);
    await makeParts(first);
    await first.close();
    const start = performance.now();
    inflate(libraryPath, photos);
    const parts = inflateParts(libraryPath, Math.min(photos * GRID.length, PART_CODES));
    console.log(
      `  a library of ${photos} photos made from ${REAL} in ${((performance.now() - start) / 1000).toFixed(0)} s`,
    );

    const opening = performance.now();
    const engine = await open(libraryPath);
    const server = await startPageServer({ engine }, new Map(), 0);
    console.log(
      `  opened in ${((performance.now() - opening) / 1000).toFixed(1)} s; scanned by ${engine.methods.getStatus().scan}, ${JSON.stringify(engine.methods.getModelCard().model!.operatingPoints!.chosen)}`,
    );
    const cookie = await enter(server.address);
    const random = seededRandom(3);
    const some = (n: number): { photoId: number }[] =>
      Array.from({ length: n }, () => ({ photoId: 1 + random.below(photos) }));
    const click = async (query: QueryInput = { positives: some(1) }): Promise<Click> => {
      const begin = performance.now();
      const response = await fetch(new URL('/api/searchPhotos', server.address), {
        method: 'POST',
        headers: { cookie, origin: new URL(server.address).origin, 'content-type': 'application/json' },
        body: JSON.stringify({ query, k: RESULTS }),
      });
      const answer = (await response.json()) as SearchAnswer;
      if (answer.results?.length !== RESULTS)
        throw new Error(`Expected ${RESULTS} results, got ${JSON.stringify(answer).slice(0, 200)}`);
      return { whole: performance.now() - begin, engine: answer.milliseconds };
    };
    for (let i = 0; i < 20; i++) await click();
    report(
      'at rest',
      await clicks(
        () => click(),
        () => true,
      ),
    );
    // In one run, in turns, because the machine may be slower at one time than at another.
    const narrowed = (share: number): QueryInput => ({
      positives: some(1),
      filter: { from: new Date(photos * (1 - share) * MINUTE).toISOString().slice(0, 10) },
    });
    // Parts of photos whose files are there.
    const boxes = Array.from({ length: 20 }, () => ({
      photoId: 1 + random.below(REAL),
      box: { x: 0.5 * random.uniform(), y: 0.5 * random.uniform(), width: 0.4, height: 0.4 },
    }));
    await compareClicks(click, {
      'one example': () => ({ positives: some(1) }),
      [`a box over ${parts} parts`]: () => ({ positives: [boxes[random.below(boxes.length)]] }),
      '3 examples, 2 not wanted': () => ({ positives: some(3), negatives: some(2) }),
      ...Object.fromEntries(SHARES.map((share) => [`a filter that leaves ${share * 100}%`, () => narrowed(share)])),
    });

    engine.start();
    await writePictures(coming, NEW);
    await engine.methods.addFolder({ path: coming });
    while (engine.methods.getStatus().activity.doing !== 'reading')
      await new Promise((resolve) => setTimeout(resolve, 20));
    report(
      'while photos are read',
      await clicks(
        () => click(),
        () => engine.methods.getStatus().activity.doing === 'reading',
      ),
    );
    await server.close();
    await engine.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function open(libraryPath: string): Promise<Engine> {
  return Engine.open({
    libraryPath,
    watching: true,
    trainWhileReading: false,
  });
}

async function makeParts(engine: Engine): Promise<void> {
  engine.start();
  engine.methods.setParts({ on: true });
  while (engine.methods.getParts().done < REAL) await new Promise((resolve) => setTimeout(resolve, 100));
  // What is made here from them has no files to make more from.
  engine.methods.setParts({ on: false });
}

/** Takes the token of the address for a cookie, as a browser does. */
async function enter(address: string): Promise<string> {
  const response = await fetch(address, { redirect: 'manual' });
  return response.headers.getSetCookie()[0].split(';')[0];
}

/** Each kind of query in turns; the first is what the others are compared to. */
async function compareClicks(
  click: (query: QueryInput) => Promise<Click>,
  kinds: Record<string, () => QueryInput>,
): Promise<void> {
  const times = new Map(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
  for (const [kind, query] of Object.entries(kinds)) {
    const first = (await click(query())).engine;
    console.log(`  ${kind}: the first, which makes what is kept, ${first.toFixed(1)} ms`);
  }
  for (let i = 0; i < CLICKS; i++) {
    for (const [kind, query] of Object.entries(kinds)) {
      times.get(kind)!.push((await click(query())).engine);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  const median = (kind: string): number => times.get(kind)!.sort((a, b) => a - b)[CLICKS >> 1];
  const [base] = Object.keys(kinds);
  for (const kind of Object.keys(kinds))
    console.log(
      `  ${kind}: median ${median(kind).toFixed(1)} ms, ${(median(kind) / median(base)).toFixed(2)} times ${base}`,
    );
}

async function clicks(click: () => Promise<Click>, goesOn: () => boolean): Promise<Click[]> {
  const times: Click[] = [];
  while (times.length < CLICKS && goesOn()) {
    times.push(await click());
    // A person pauses between clicks; what else goes on does not.
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return times;
}

function report(when: string, times: readonly Click[]): void {
  const at = (share: number, of: 'whole' | 'engine'): string =>
    times
      .map((one) => one[of])
      .sort((a, b) => a - b)
      [Math.floor(times.length * share)].toFixed(1);
  console.log(
    `  ${when}: ${times.length} clicks, median ${at(0.5, 'whole')} ms, 95th percentile ${at(0.95, 'whole')} ms (to stay within 15 and 30); of it in the engine ${at(0.5, 'engine')} ms and ${at(0.95, 'engine')} ms`,
  );
}

/** Makes a library of many photos from a few: copies of the photos that are there, with hidden vectors and codes a little off, on a drive that is not connected. */
export function inflate(libraryPath: string, photos: number): void {
  const db = new Database(cataloguePath(libraryPath));
  const random = seededRandom(2);
  const { id: modelId, operatingPoints } = db
    .prepare<[], { id: number; operatingPoints: string }>(
      `SELECT id, operating_point AS operatingPoints FROM model WHERE state = 'active'`,
    )
    .get()!;
  const { embedderId } = db.prepare<[], { embedderId: number }>('SELECT id AS embedderId FROM embedder').get()!;
  const hidden = db
    .prepare<[], { vector: Buffer }>('SELECT vector FROM hidden ORDER BY region_id')
    .all()
    .map(({ vector }) => fromHalf(vector));
  const features = db.prepare<[], { vector: Buffer }>('SELECT vector FROM feature ORDER BY region_id').all();
  const segments = db
    .prepare<[], { regions: Buffer; codes: Buffer; codes4Bit: Buffer }>(
      `SELECT regions, codes_8bit AS codes, codes_4bit AS codes4Bit FROM code_segment WHERE model_id = ${modelId}`,
    )
    .all();
  const block = {
    contents: Buffer.concat(segments.map(({ regions }) => regions)),
    codes: Buffer.concat(segments.map(({ codes }) => codes)),
    codes4Bit: Buffer.concat(segments.map(({ codes4Bit }) => codes4Bit)),
  };
  const known = block.contents.length / 4;
  const sizes = [block.codes.length / known, block.codes4Bit.length / known];
  const have = db.prepare<[], { n: number }>('SELECT max(id) AS n FROM content').get()!.n;
  const all = {
    contents: [...new Uint32Array(new Uint8Array(block.contents).buffer)],
    codes: [block.codes] as Uint8Array[],
    codes4Bit: [block.codes4Bit] as Uint8Array[],
  };
  db.transaction(() => {
    const { lastInsertRowid: folderId } = db
      .prepare(`INSERT INTO folder (path, device, available, added_at) VALUES ('/media/not/connected', 'none', 0, 0)`)
      .run();
    const content = db.prepare(
      `INSERT INTO content (id, hash, width, height, format, colour, taken_at) VALUES (?, ?, 160, 120, 'jpeg', 8421504, ?)`,
    );
    const region = db.prepare(`INSERT INTO region (id, content_id, kind) VALUES (?, ?, 'whole')`);
    const photo = db.prepare(
      `INSERT INTO photo (id, folder_id, path, size, modified_at, content_id, state, taken_at) VALUES (?, ?, ?, 1000, 0, ?, 'indexed', ?)`,
    );
    const feature = db.prepare('INSERT INTO feature (embedder_id, region_id, vector) VALUES (?, ?, ?)');
    const vector = db.prepare('INSERT INTO hidden (model_id, region_id, vector) VALUES (?, ?, ?)');
    const hash = Buffer.alloc(32);
    for (let id = have + 1; id <= photos; id++) {
      const from = random.below(known);
      hash.writeUInt32LE(id);
      const takenAt = id * MINUTE;
      content.run(id, hash, takenAt);
      region.run(id, id);
      photo.run(id, folderId, `/media/not/connected/${id}.jpg`, id, takenAt);
      feature.run(embedderId, id, features[from].vector);
      const off = 0.5 + random.uniform();
      vector.run(modelId, id, toHalf(hidden[from].map((value, i) => value * off + (i % 7 === id % 7 ? 0.02 : 0))));
      all.contents.push(id);
      const mutated = (codes: Buffer, size: number): Uint8Array =>
        Uint8Array.from(codes.subarray(from * size, (from + 1) * size), (byte) =>
          random.below(2) === 0 ? byte : random.below(256),
        );
      all.codes.push(mutated(block.codes, sizes[0]));
      all.codes4Bit.push(mutated(block.codes4Bit, sizes[1]));
    }
    const [codes, codes4Bit] = [Buffer.concat(all.codes), Buffer.concat(all.codes4Bit)];
    db.prepare('DELETE FROM code_segment WHERE model_id = ?').run(modelId);
    const write = db.prepare(
      'INSERT INTO code_segment (model_id, regions, codes_8bit, codes_4bit) VALUES (?, ?, ?, ?)',
    );
    for (let at = 0; at < photos; at += SEGMENT_SIZE) {
      const end = Math.min(photos, at + SEGMENT_SIZE);
      write.run(
        modelId,
        new Uint8Array(Uint32Array.from(all.contents.slice(at, end)).buffer),
        codes.subarray(at * sizes[0], end * sizes[0]),
        codes4Bit.subarray(at * sizes[1], end * sizes[1]),
      );
    }
    // As though it had been trained and measured on all of them: nothing is due.
    const measured: OperatingPoints = {
      ...(JSON.parse(operatingPoints) as OperatingPoints),
      photos,
      sample: 20_000,
      chosen: { codes: '8-bit', rerank: 300 },
    };
    db.prepare(
      'UPDATE model SET started_on = ?, trained_on = ?, newest_region = ?, operating_point = ? WHERE id = ?',
    ).run(photos, photos, photos, JSON.stringify(measured), modelId);
  })();
  db.close();
}

/** Gives photos parts like those that are there, with codes a little off. @returns codes of parts that there are then */
function inflateParts(libraryPath: string, most: number): number {
  const db = new Database(cataloguePath(libraryPath));
  const random = seededRandom(4);
  const made = db
    .prepare<[], { modelId: number; codes: Buffer; vectors: Buffer }>(
      `SELECT model_id AS modelId, codes, vectors FROM part_code JOIN part_vector USING (model_id, content_id)`,
    )
    .all();
  const missing = db
    .prepare<[number], { id: number }>(
      `SELECT id FROM content WHERE id NOT IN (SELECT content_id FROM part_code) ORDER BY id LIMIT ?`,
    )
    .all(Math.floor(most / GRID.length) - made.length);
  db.transaction(() => {
    const code = db.prepare('INSERT INTO part_code (model_id, content_id, codes) VALUES (?, ?, ?)');
    const vector = db.prepare('INSERT INTO part_vector (model_id, content_id, vectors) VALUES (?, ?, ?)');
    for (const { id } of missing) {
      const { modelId, codes, vectors } = made[random.below(made.length)];
      code.run(
        modelId,
        id,
        codes.map((byte) => (random.below(2) === 0 ? byte : random.below(256))),
      );
      vector.run(modelId, id, vectors);
    }
  })();
  db.close();
  return (made.length + missing.length) * GRID.length;
}
