import Database from 'better-sqlite3';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { inEnglish } from '../../../electron/contract/sentence.ts';
import { Engine } from '../../../electron/engine/engine.ts';
import { BACKUP_EVERY, backupIsDue, backupsOf, writeBackup } from '../../../electron/library/care/backups.ts';
import { healCatalogue } from '../../../electron/library/care/heal.ts';
import { cataloguePath } from '../../../electron/library/catalogue.ts';
import { Library } from '../../../electron/library/library.ts';
import { migrations } from '../../../electron/library/migrations/all.ts';
import { damageAtRandom } from '../../support/damage.ts';
import { openEngine, photoAt, photoIdsOf, until } from '../../support/engines.ts';
import { runLikeness } from '../../support/run-likeness.ts';
import { lastingFolder, temporaryFolder, writePicture, writePictures } from '../../support/pictures.ts';

const PHOTOS = 24;
const whole = lastingFolder();
const photos = lastingFolder();

/** A library of some photos of which one is a favourite, one is tagged and one in an album; copied for each test. */
beforeAll(async () => {
  await writePictures(photos, PHOTOS);
  const engine = await Engine.open({ libraryPath: whole, watching: false, trainWhileReading: false });
  await engine.indexOnce([photos]);
  const photo = (seed: number): number[] => [photoAt(engine, join(photos, `${seed}.jpg`))];
  engine.methods.setFavourite({ photoIds: photo(3), favourite: true });
  engine.methods.setTags({ photoIds: photo(4), add: ['garden'], remove: [] });
  engine.methods.putIntoAlbum({ photoIds: photo(5), album: { name: 'Best' } });
  const [like] = photo(6);
  engine.methods.addAlbum({
    name: 'Like 6',
    query: { positives: [{ photoId: like }], negatives: [], sort: 'likeness' },
  });
  engine.methods.markResult({ queryPhotoId: like, resultPhotoId: photo(12)[0], relevant: true });
  engine.methods.setFolderHidden({ path: join(photos, 'private'), hidden: true });
  engine.methods.decideDuplicates({ keep: [...photo(7), ...photo(8)], go: [], verdict: 'different' });
  await engine.close();
}, 60_000);

function copyOfWhole(): string {
  const path = temporaryFolder();
  cpSync(whole, path, { recursive: true });
  return path;
}

function change(libraryPath: string, sql: string): void {
  const db = new Database(cataloguePath(libraryPath));
  db.pragma('foreign_keys = OFF');
  db.exec(sql);
  db.close();
}

function makeUnreadable(libraryPath: string): void {
  writeFileSync(cataloguePath(libraryPath), Buffer.alloc(5 * 4096, 'no database '));
}

/** Writes over the first page of a table or an index, with that of another or with nonsense. */
function overwritePage(libraryPath: string, name: string, by: string | undefined): void {
  const db = new Database(cataloguePath(libraryPath));
  db.pragma('journal_mode = DELETE');
  const size = db.pragma('page_size', { simple: true }) as number;
  const startOf = (object: string): number =>
    ((db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(object) as number) - 1) * size;
  const at = startOf(name);
  const other = by === undefined ? undefined : startOf(by);
  db.close();
  const bytes = readFileSync(cataloguePath(libraryPath));
  if (other === undefined) bytes.fill(0xee, at, at + size);
  else bytes.copy(bytes, at, other, other + size);
  writeFileSync(cataloguePath(libraryPath), bytes);
}

/** What is there once the folder has been looked through again. */
async function lookedThrough(libraryPath: string): Promise<unknown> {
  const engine = await openEngine({ libraryPath, watching: false });
  await engine.indexOnce([photos]);
  const found = await engine.methods.searchPhotos({
    query: { positives: [{ photoId: photoIdsOf(engine)[0] }], negatives: [], sort: 'likeness' },
    k: 5,
    codesOnly: false,
  } as never);
  expect(found.results.length).toBeGreaterThan(0);
  const count = photoIdsOf(engine).length;
  const { library, methods } = engine;
  const nameOf = (contentId: number): string => basename(library.photos.tilesOf(contentId)[0].path);
  const alike = (await methods.listAlbums())
    .filter(({ byHand }) => !byHand)
    .flatMap(({ albumId }) => methods.openAlbum({ albumId }).query.positives)
    .map((example) => ('photoId' in example ? methods.getPhoto(example).path.slice(photos.length + 1) : ''));
  const marks = library.marks
    .latest(10)
    .map(({ queryContentId, resultContentId }) => [nameOf(queryContentId), nameOf(resultContentId)]);
  expect(engine.library.integrity()).toBe('ok');
  await engine.close();
  const db = new Database(cataloguePath(libraryPath), { readonly: true });
  const values = (sql: string): unknown[] => db.prepare(sql).pluck().all();
  const said = {
    favourites: values('SELECT count(*) FROM annotation WHERE favourite = 1'),
    tags: values('SELECT name FROM tagging'),
    albums: values('SELECT name FROM album JOIN album_photo ON album_id = album.id'),
    hidden: values('SELECT count(*) FROM hidden_folder'),
    verdicts: values('SELECT verdict FROM duplicate_verdict'),
  };
  db.close();
  return { photos: count, ...said, alike, marks };
}

const ALL = {
  photos: PHOTOS,
  favourites: [1],
  tags: ['garden'],
  albums: ['Best'],
  hidden: [1],
  verdicts: ['different'],
  alike: ['6.jpg'],
  marks: [['6.jpg', '12.jpg']],
};

describe('A catalogue that is damaged', () => {
  it('is set aside whole, and a copy takes its place with what was said since', async () => {
    const libraryPath = copyOfWhole();
    writeBackup(libraryPath, Date.now());
    change(
      libraryPath,
      `INSERT INTO tagging SELECT 'late', hash, 'late' FROM content WHERE id = 1;
      DELETE FROM album; DELETE FROM album_photo; DROP TABLE region`,
    );
    const before = readFileSync(cataloguePath(libraryPath));
    const said = inEnglish(healCatalogue(libraryPath)!);
    expect(said).toMatch(
      /^The catalogue was damaged \(tables are missing\)\. It was set aside in .*, and the copy of \d{4}-.* took its place\. .* is all there\.$/,
    );
    const [aside] = readdirSync(join(libraryPath, 'damaged'));
    expect(readFileSync(join(libraryPath, 'damaged', aside, 'catalogue.sqlite')).equals(before)).toBe(true);
    expect(await lookedThrough(libraryPath)).toEqual({ ...ALL, tags: ['garden', 'late'], albums: [], alike: [] });
  });

  it('without a copy gives way to a new one, with all that was said of photos that can still be read', async () => {
    const libraryPath = copyOfWhole();
    change(libraryPath, 'DROP TABLE thumbnail');
    expect(inEnglish(healCatalogue(libraryPath)!)).toMatch(
      /a new one was begun, because there was no copy .* is all there/,
    );
    expect(await lookedThrough(libraryPath)).toEqual(ALL);
  });

  it('that cannot be read at all says that what was said of photos may not be all there', async () => {
    const libraryPath = copyOfWhole();
    makeUnreadable(libraryPath);
    expect(inEnglish(healCatalogue(libraryPath)!)).toMatch(
      /not a database.* new one was begun.* as far as it could be read/,
    );
    expect(await lookedThrough(libraryPath)).toMatchObject({ photos: PHOTOS, favourites: [0] });
  });

  it('and is of a version that named photos by numbers gives what does not depend on them', () => {
    const libraryPath = temporaryFolder();
    const db = new Database(cataloguePath(libraryPath));
    for (const migrate of migrations.slice(0, 12)) migrate(db);
    db.exec(`PRAGMA user_version = 12; INSERT INTO content (id, hash, width, height, format, colour) VALUES (1, x'01', 1, 1, 'jpeg', 0);
      INSERT INTO relevance_mark VALUES (1, 1, 0); INSERT INTO annotation VALUES (x'01', 1, 0, 0);
      INSERT INTO album VALUES (1, 'By hand', NULL, 0, 0),
        (2, 'By query', '{"positives":[{"photoId":1}],"negatives":[],"sort":"likeness"}', 0, 0);
      DROP TABLE thumbnail`);
    db.close();
    expect(inEnglish(healCatalogue(libraryPath)!)).toMatch(/as far as it could be read/);
    const library = Library.open(libraryPath);
    expect(library.albums.all().map(({ name }) => name)).toEqual(['By hand']);
    library.close();
    const healed = new Database(cataloguePath(libraryPath));
    expect(healed.prepare('SELECT count(*) FROM relevance_mark').pluck().get()).toBe(0);
    expect(healed.prepare('SELECT favourite FROM annotation').pluck().all()).toEqual([1]);
    healed.close();
  });

  it('and is of the version before gives all that this one held', () => {
    const libraryPath = temporaryFolder();
    const db = new Database(cataloguePath(libraryPath));
    for (const migrate of migrations.slice(0, 21)) migrate(db);
    db.exec(`PRAGMA user_version = 21; INSERT INTO annotation VALUES (x'01', 1, 0, 0); DROP TABLE thumbnail`);
    db.close();
    expect(inEnglish(healCatalogue(libraryPath)!)).toMatch(/is all there\.$/);
  });

  it('or is empty, is found so', () => {
    const libraryPath = copyOfWhole();
    writeBackup(libraryPath, Date.now());
    writeFileSync(cataloguePath(libraryPath), '');
    expect(inEnglish(healCatalogue(libraryPath)!)).toMatch(/the file is empty.*copy of/);
  });

  it('passes over a copy that is damaged too, and takes the one before', () => {
    const libraryPath = copyOfWhole();
    const [first, second] = [1, 2].map((day) => writeBackup(libraryPath, Date.now() + day * 1000));
    utimesSync(first.path, 1000, 1000);
    writeFileSync(second.path, Buffer.alloc(5000, 1));
    makeUnreadable(libraryPath);
    expect(inEnglish(healCatalogue(libraryPath)!)).toMatch(/copy of 1970-01-01/);
  });

  it('is put right by a start that was killed half-way, too', async () => {
    const libraryPath = copyOfWhole();
    // Killed once the damaged one was set aside, and the copy was not in place yet.
    renameSync(cataloguePath(libraryPath), join(libraryPath, 'catalogue.restored.sqlite'));
    expect(healCatalogue(libraryPath)).toBeUndefined();
    expect(await lookedThrough(libraryPath)).toEqual(ALL);
  });

  it(
    'at places taken at random never shows more than a sentence, and all photos are there again',
    { timeout: 240_000 },
    async () => {
      for (let seed = 0; seed < 10; seed++) {
        const libraryPath = copyOfWhole();
        writeBackup(libraryPath, Date.now());
        const what = damageAtRandom(cataloguePath(libraryPath), seed);
        // Damage that no look at the start can find shows later: then the next start puts it right.
        const result = await lookedThrough(libraryPath).catch(async (error: unknown) => {
          expect(error, what).toMatchObject({ code: 'damaged' });
          return lookedThrough(libraryPath);
        });
        expect(result, what).toMatchObject({ photos: PHOTOS });
      }
    },
  );

  it('while it is in use is told, noted, and put right by the next start', async () => {
    const libraryPath = copyOfWhole();
    writeBackup(libraryPath, Date.now());
    overwritePage(libraryPath, 'tagging', undefined);
    const damaged = Library.open(libraryPath);
    expect(() => damaged.annotations.tags()).toThrow(/^The catalogue is damaged .*Close Likeness and start it again/);
    damaged.close();
    const told: string[] = [];
    const engine = await Engine.open({
      libraryPath,
      watching: false,
      trainWhileReading: false,
      onOpening: (sentence) => told.push(inEnglish(sentence)),
    });
    await engine.close();
    expect(told).toEqual([expect.stringMatching(/looked through from end to end/), expect.stringMatching(/set aside/)]);
    expect(await lookedThrough(libraryPath)).toEqual(ALL);
  });
});

describe('A catalogue that notes a wrong version', () => {
  it.each([0, 3, -1, 4711])('as %i, is known by its tables and opened', async (version) => {
    const libraryPath = copyOfWhole();
    change(libraryPath, `PRAGMA user_version = ${version}`);
    expect(healCatalogue(libraryPath)).toBeUndefined();
    expect(await lookedThrough(libraryPath)).toEqual(ALL);
  });

  it('and has tables that this version does not know is of a later one, and stays as it is', () => {
    const libraryPath = copyOfWhole();
    change(libraryPath, `ALTER TABLE photo RENAME COLUMN seen TO met; PRAGMA user_version = ${migrations.length + 1}`);
    const before = readFileSync(cataloguePath(libraryPath));
    expect(() => healCatalogue(libraryPath)).toThrow(/later version of Likeness .* Update Likeness/);
    expect(readFileSync(cataloguePath(libraryPath)).equals(before)).toBe(true);
  });

  it('and has none of our tables is of another program, and stays as it is', () => {
    const libraryPath = temporaryFolder();
    change(libraryPath, 'CREATE TABLE song (title TEXT); INSERT INTO song VALUES (1)');
    expect(() => healCatalogue(libraryPath)).toThrow(/database of another program\. Move it away/);
    expect(existsSync(join(libraryPath, 'damaged'))).toBe(false);
  });
});

describe('Rows that do not hold what they should', () => {
  const [REFUSED, ANSWERED] = [1, 0];
  it.each([
    ['weights cut short', REFUSED, 'UPDATE model SET weights = substr(weights, 1, 1000)'],
    ['weights that are nothing', REFUSED, `UPDATE model SET weights = x'00'`],
    [
      'codes cut short',
      REFUSED,
      'UPDATE code_segment SET codes_8bit = substr(codes_8bit, 1, 5), codes_4bit = substr(codes_4bit, 1, 5)',
    ],
    ['numbers of regions cut short', REFUSED, 'UPDATE code_segment SET regions = substr(regions, 1, 6)'],
    ['an operating point that is not JSON', REFUSED, `UPDATE model SET operating_point = '{"chosen'`],
    ['losses and a comparison that are not JSON', REFUSED, `UPDATE model SET losses = '[', comparison = 'x'`],
    ['trials of an embedder that are not JSON', ANSWERED, `UPDATE embedder_pack SET speed = '{'`],
  ])('as %s, are made again, and until then said in a sentence', async (_, code, sql) => {
    const libraryPath = copyOfWhole();
    change(libraryPath, sql);
    const beside = await runLikeness(['similar', join(photos, '1.jpg'), '--library', libraryPath]);
    expect(beside.code).toBe(code);
    expect(beside.stderr).toMatch(code === REFUSED ? /^The model .* is damaged .*Start Likeness once.*\n$/ : /^$/);
    expect(await lookedThrough(libraryPath)).toEqual(ALL);
    const engine = await openEngine({ libraryPath, watching: false });
    expect(engine.methods.getStatus().model).not.toBeNull();
  });
});

describe('Copies of the catalogue', () => {
  it('are made once a day where something was written, and three are kept', () => {
    const libraryPath = copyOfWhole();
    const now = Date.now();
    expect(backupIsDue(libraryPath, now)).toBe(true);
    for (let day = 4; day > 0; day--) {
      const { path } = writeBackup(libraryPath, now - day * BACKUP_EVERY);
      const seconds = now / 1000 - day * 86_400;
      utimesSync(path, seconds, seconds);
    }
    expect(backupsOf(libraryPath)).toHaveLength(3);
    expect(backupIsDue(libraryPath, now)).toBe(true);
    expect(backupIsDue(libraryPath, now - BACKUP_EVERY + 3_600_000)).toBe(false);
    // A clock that was set back by a year makes the copies lie in the future.
    expect(backupIsDue(libraryPath, now - 365 * BACKUP_EVERY)).toBe(true);
    writeBackup(libraryPath, now);
    expect(backupIsDue(libraryPath, now + 10 * BACKUP_EVERY)).toBe(false);
  });

  it('of a large catalogue hold what no photo tells', async () => {
    const libraryPath = copyOfWhole();
    const { path } = writeBackup(libraryPath, Date.now(), 1000);
    const db = new Database(path);
    expect(db.prepare('SELECT count(*) FROM thumbnail').pluck().get()).toBe(0);
    db.close();
    rmSync(cataloguePath(libraryPath));
    makeUnreadable(libraryPath);
    healCatalogue(libraryPath);
    expect(await lookedThrough(libraryPath)).toEqual(ALL);
  });

  it('are made at rest while photos come, and not of a damaged one, which is told', async () => {
    const libraryPath = copyOfWhole();
    const engine = await openEngine({ libraryPath });
    engine.start();
    await until(
      () => engine.methods.getStatus().activity.doing,
      (doing) => doing === 'ready',
    );
    await Promise.all([engine.lookAfterCatalogue(), writePicture(join(photos, 'later', '99.jpg'), 99)]);
    onTestFinished(() => rmSync(join(photos, 'later'), { recursive: true }));
    expect(backupsOf(libraryPath)).toHaveLength(1);
    rmSync(join(libraryPath, 'backups'), { recursive: true });
    await engine.close();
    // Of indexes, only the look from end to end finds it.
    overwritePage(libraryPath, 'photo_content', 'photo_folder');
    const damaged = await openEngine({ libraryPath, watching: false });
    damaged.start();
    await until(
      () => damaged.methods.getStatus().activity.doing,
      (doing) => doing === 'ready',
    );
    await damaged.lookAfterCatalogue();
    expect(inEnglish(damaged.methods.getStatus().activity.notice!)).toMatch(/could not be copied.*is damaged/);
    expect(backupsOf(libraryPath)).toEqual([]);
    await damaged.close();
    expect(await lookedThrough(libraryPath)).toEqual({ ...ALL, photos: PHOTOS + 1 });
  });
});
