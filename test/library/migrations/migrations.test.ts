import Database from 'better-sqlite3';
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cataloguePath } from '../../../electron/library/catalogue.ts';
import { needsUpgrade } from '../../../electron/library/open-catalogue.ts';
import { Library } from '../../../electron/library/library.ts';
import { migrations } from '../../../electron/library/migrations/all.ts';
import { upgradeCatalogue } from '../../../electron/library/upgrade.ts';
import { openEngine, searchBy } from '../../support/engines.ts';
import { temporaryFolder } from '../../support/pictures.ts';
import { verbatim } from '../../../electron/contract/sentence.ts';

/** A library of 40 pictures made by the version before regions: schema 5, with a model, marks and a content that no file holds. */
function copyOfFixture(): string {
  const libraryPath = temporaryFolder();
  copyFileSync(
    join(import.meta.dirname, '../../fixtures/library-of-schema-5/catalogue.sqlite'),
    cataloguePath(libraryPath),
  );
  return libraryPath;
}

interface Before {
  features: { content_id: number; vector: Buffer }[];
  hidden: { content_id: number; vector: Buffer }[];
  block: { contents: Buffer; codes: Buffer; fast_codes: Buffer };
  model: { id: number; state: string; weights: Buffer };
  marks: { query_content_id: number; result_content_id: number }[];
  photos: { id: number; content_id: number | null; state: string }[];
}

/** What the old program would have read. */
function readBefore(libraryPath: string): Before {
  const db = new Database(cataloguePath(libraryPath), { readonly: true });
  const all = (sql: string): never => db.prepare(sql).all() as never;
  const before: Before = {
    features: all('SELECT content_id, vector FROM feature ORDER BY content_id'),
    hidden: all('SELECT content_id, vector FROM hidden ORDER BY content_id'),
    block: db.prepare('SELECT contents, codes, fast_codes FROM code_block').get() as never,
    model: db.prepare('SELECT id, state, weights FROM model').get() as never,
    marks: all('SELECT query_content_id, result_content_id FROM pin'),
    photos: all('SELECT id, content_id, state FROM photo ORDER BY id'),
  };
  db.close();
  return before;
}

describe('A library of the version before', () => {
  it('is copied as it was before it is brought up to date', async () => {
    const libraryPath = copyOfFixture();
    const before = readBefore(libraryPath);
    await upgradeCatalogue(libraryPath, () => undefined);
    const backups = join(libraryPath, 'backups');
    const [copy] = readdirSync(backups);
    const place = temporaryFolder();
    copyFileSync(join(backups, copy), cataloguePath(place));
    expect(needsUpgrade(place)).toBe(true);
    expect(readBefore(place)).toEqual(before);
    expect(needsUpgrade(libraryPath)).toBe(false);
  });

  it('stays as it is where it cannot be copied first, and what to do is said', async () => {
    const libraryPath = copyOfFixture();
    writeFileSync(join(libraryPath, 'backups'), 'in the way');
    await expect(upgradeCatalogue(libraryPath, () => undefined)).rejects.toThrow(
      /could not be copied before .*Nothing was changed.*backups, and start again/,
    );
    expect(needsUpgrade(libraryPath)).toBe(true);
  });

  it('keeps its features, model, codes, marks and photos as they were', () => {
    const libraryPath = copyOfFixture();
    const before = readBefore(libraryPath);
    expect([before.features.length, before.hidden.length, before.marks.length]).toEqual([40, 40, 3]);
    expect(needsUpgrade(libraryPath)).toBe(true);
    const library = Library.open(libraryPath);
    expect(needsUpgrade(libraryPath)).toBe(false);
    expect(library.integrity()).toBe('ok');

    for (const { content_id, vector } of before.features) {
      const region = library.regions.wholeOf(content_id)!;
      expect(library.regions.find([region]).get(region)).toMatchObject({
        contentId: content_id,
        kind: 'whole',
        box: null,
      });
      const of = library.features.of(1, [region]).get(region)!;
      expect(Buffer.from(of.buffer)).toEqual(vector);
    }
    const regionIds = before.hidden.map(({ content_id }) => library.regions.wholeOf(content_id)!);
    const hidden = library.codes.hiddenOf(before.model.id, regionIds);
    before.hidden.forEach(({ vector }, i) => expect(Buffer.from(hidden.get(regionIds[i])!.buffer)).toEqual(vector));
    const contents = new Uint32Array(new Uint8Array(before.block.contents).buffer);
    for (const [kind, codes] of [
      ['8-bit', before.block.codes],
      ['4-bit', before.block.fast_codes],
    ] as const) {
      const [segment, ...more] = [...library.codes.segments(before.model.id, kind)];
      expect(more).toEqual([]);
      expect([...library.regions.find([...segment.regions]).values()].map(({ contentId }) => contentId)).toEqual([
        ...contents,
      ]);
      expect(segment.codes).toEqual(codes);
    }
    expect(library.models.find(1, 'active')).toMatchObject({ id: before.model.id, weights: before.model.weights });
    const marks = library.marks.latest(10).map((mark) => [mark.queryContentId, mark.resultContentId]);
    expect(marks.sort()).toEqual(before.marks.map((mark) => [mark.query_content_id, mark.result_content_id]).sort());
    for (const { id, content_id, state } of before.photos) {
      const path = library.photos.path(id)!;
      expect(library.photos.byPath(path)).toMatchObject({ id, contentId: content_id, state });
      // Found by its name from now on.
      if (content_id !== null) expect(library.words.photoIds([basename(path)], [], 1000)).toContain(id);
    }
    library.close();
  });

  it('answers by its model at once, with nothing read, looked at or trained again', async () => {
    const libraryPath = copyOfFixture();
    // As if it had seen its photos by the network that comes with Likeness now.
    const fingerprint = (await openEngine({ watching: false })).library.settings.get('embedder')!;
    const db = new Database(cataloguePath(libraryPath));
    db.prepare('UPDATE embedder SET fingerprint = ?').run(fingerprint);
    db.prepare("UPDATE setting SET value = ? WHERE key = 'embedder'").run(fingerprint);
    db.close();
    const engine = await openEngine({ libraryPath, watching: false });
    const { indexed, waiting, model, embedder } = engine.methods.getStatus();
    expect([indexed, waiting, model!.modelId, embedder.coming]).toEqual([40, 0, 1, null]);
    const { library } = engine;
    const [{ photoId }] = library.photos.tilesOf(1);
    const { by, results } = await engine.methods.searchPhotos(searchBy({ photoId }, 10));
    expect([by, results.length]).toEqual(['codes', 10]);
    expect(results.filter(({ relevant }) => relevant).length).toBe(2);
    expect(results[0].hit).toEqual({ kind: 'whole', box: null, time: null, frameId: null });
  });
});

describe('Steps that have shipped', () => {
  it('still make the schema that they made when they shipped', () => {
    const schemaOf = (db: Database.Database): unknown[] =>
      db
        .prepare<[], { name: string; sql: string | null }>('SELECT name, sql FROM sqlite_schema ORDER BY name')
        .all()
        .map(({ name, sql }) => [name, sql?.replace(/\s+/g, ' ')]);
    const made = new Database(':memory:');
    for (const migration of migrations.slice(0, 5)) migration(made);
    const shipped = new Database(cataloguePath(copyOfFixture()));
    expect(schemaOf(made)).toEqual(schemaOf(shipped));
    made.close();
    shipped.close();
  });
});

describe('Rows of the first schema', () => {
  it('survive every migration since', () => {
    const libraryPath = temporaryFolder();
    const db = new Database(cataloguePath(libraryPath));
    migrations[0](db);
    db.pragma('user_version = 1');
    db.exec(`
      INSERT INTO setting VALUES ('embedder', 'abc');
      INSERT INTO folder VALUES (3, '/p', '7', 1, 11);
      INSERT INTO content VALUES (5, x'0102', 40, 30, 'jpeg', 255, 1000, 'Camera', NULL, NULL);
      INSERT INTO content VALUES (6, x'0103', 40, 30, 'jpeg', 255, NULL, NULL, 'Odd', NULL);
      INSERT INTO thumbnail VALUES (5, x'ff'), (6, x'fe');
      INSERT INTO photo VALUES (9, 3, '/p/a.jpg', 100, 2.5, 5, 'indexed', NULL, 1000, 1);
      INSERT INTO photo VALUES (10, 3, '/p/b.jpg', 100, 2.5, NULL, 'failed', 'It is damaged', 1000, 1);
      INSERT INTO photo VALUES (11, 3, '/p/c.nef', 100, 2.5, NULL, 'failed', 'Pictures of the kind x-nikon-nef cannot be read yet', 1000, 1);
      INSERT INTO embedder VALUES (2, 'abc', 'Eyes', 4, 11);
      INSERT INTO feature VALUES (2, 5, x'003c003c003c003c');
      INSERT INTO model VALUES (4, 2, 'active', 12, 300, 1.5, 'wasm', 64, 0.3, '[]', x'00');
      INSERT INTO code_block VALUES (4, 0, x'05000000', x'0102030405060708');
      INSERT INTO hidden VALUES (4, 5, x'003c');
    `);
    db.close();
    const library = Library.open(libraryPath);
    expect(library.integrity()).toBe('ok');
    expect(library.settings.get('embedder-choice')).toBe('abc');
    expect(library.folders.all()).toMatchObject([
      { id: 3, path: '/p', device: '7', available: true, sidecars: false, volume: null },
    ]);
    expect(library.photos.counts()).toEqual({ photos: 3, indexed: 1, waiting: 1, failed: 1, videosWaiting: 0 });
    expect(library.photos.details(9)).toMatchObject({ path: '/p/a.jpg', camera: 'Camera', width: 40, takenAt: 1000 });
    expect(library.photos.problems(0, 9)).toEqual([
      { photoId: 10, path: '/p/b.jpg', reason: verbatim('It is damaged') },
    ]);
    expect(library.contents.thumbnail(6)).toEqual(Buffer.of(0xfe));
    expect([...library.features.get(2, library.regions.wholeOf(5)!)!]).toEqual([1, 1, 1, 1]);
    // No file held it: it is dated, and goes after its day of grace.
    expect(library.contents.orphansBefore(Date.now() + 1000, 9)).toEqual([6]);
    // Models of the first form cannot be read any more: it retires.
    expect(library.models.leftovers()).toEqual([4]);
    library.close();
  });
});

describe('Albums of the version before', () => {
  it('are kept, and photos can be put beside them into albums filled by hand', () => {
    const libraryPath = temporaryFolder();
    const db = new Database(cataloguePath(libraryPath));
    for (const migration of migrations.slice(0, 9)) migration(db);
    db.pragma('user_version = 9');
    db.exec(`INSERT INTO album VALUES (7, 'Lakes', '{"positives":[],"negatives":[]}', 3, 11)`);
    db.close();
    const library = Library.open(libraryPath);
    expect(library.integrity()).toBe('ok');
    library.albums.add('By hand', null, 0, 12);
    expect(library.albums.all()).toEqual([
      { id: 8, name: 'By hand', query: null, seenPhoto: 0 },
      { id: 7, name: 'Lakes', query: '{"positives":[],"negatives":[]}', seenPhoto: 3 },
    ]);
    library.close();
  });
});
