// From a click to its results in a library of a million photos: through the loopback server and the engine, re-rank
// and all, at rest and while photos are read.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { OperatingPoints } from '../../electron/contract/models.ts';
import type { SearchAnswer } from '../../electron/contract/search.ts';
import { Engine } from '../../electron/engine/engine.ts';
import { startPageServer } from '../../electron/faces/browser/http-server.ts';
import { cataloguePath } from '../../electron/library/catalogue.ts';
import { SEGMENT_SIZE } from '../../electron/library/rows/code-rows.ts';
import { fromHalf, toHalf } from '../../electron/numeric/half.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { writePictures } from '../support/pictures.ts';

const REAL = 300;
const NEW = 400;
const CLICKS = 200;
/** What the page asks for. */
const RESULTS = 200;

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
    await first.close();
    const start = performance.now();
    inflate(libraryPath, photos);
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
    const click = async (): Promise<{ whole: number; engine: number }> => {
      const photoId = 1 + random.below(photos);
      const begin = performance.now();
      const response = await fetch(new URL('/api/searchPhotos', server.address), {
        method: 'POST',
        headers: { cookie, origin: new URL(server.address).origin, 'content-type': 'application/json' },
        body: JSON.stringify({ query: { positives: [{ photoId }] }, k: RESULTS }),
      });
      const answer = (await response.json()) as SearchAnswer;
      if (answer.results?.length !== RESULTS)
        throw new Error(`Expected ${RESULTS} results, got ${JSON.stringify(answer).slice(0, 200)}`);
      return { whole: performance.now() - begin, engine: answer.milliseconds };
    };
    for (let i = 0; i < 20; i++) await click();
    report('at rest', await clicks(click, () => true));

    engine.start();
    await writePictures(coming, NEW);
    await engine.methods.addFolder({ path: coming });
    while (engine.methods.getStatus().activity.doing !== 'reading')
      await new Promise((resolve) => setTimeout(resolve, 20));
    report('while photos are read', await clicks(click, () => engine.methods.getStatus().activity.doing === 'reading'));
    await server.close();
    await engine.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function open(libraryPath: string): Promise<Engine> {
  return Engine.open({
    libraryPath,
    watching: true,
    trainWhileReading: false,
  });
}

/** Takes the token of the address for a cookie, as a browser does. */
async function enter(address: string): Promise<string> {
  const response = await fetch(address, { redirect: 'manual' });
  return response.headers.getSetCookie()[0].split(';')[0];
}

async function clicks(
  click: () => Promise<{ whole: number; engine: number }>,
  goesOn: () => boolean,
): Promise<{ whole: number; engine: number }[]> {
  const times: { whole: number; engine: number }[] = [];
  while (times.length < CLICKS && goesOn()) {
    times.push(await click());
    // A person pauses between clicks; what else goes on does not.
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return times;
}

function report(when: string, times: readonly { whole: number; engine: number }[]): void {
  const at = (share: number, of: 'whole' | 'engine'): string =>
    times
      .map((one) => one[of])
      .sort((a, b) => a - b)
      [Math.floor(times.length * share)].toFixed(1);
  console.log(
    `  ${when}: ${times.length} clicks, median ${at(0.5, 'whole')} ms, 95th percentile ${at(0.95, 'whole')} ms (to stay within 15 and 30); of it in the engine ${at(0.5, 'engine')} ms and ${at(0.95, 'engine')} ms`,
  );
}

/** Copies of the photos that are there, with hidden vectors and codes a little off, on a drive that is not connected. */
function inflate(libraryPath: string, photos: number): void {
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
      const takenAt = id * 60_000;
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
