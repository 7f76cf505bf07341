import Database from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Engine } from '../../../electron/engine/engine.ts';
import { inEnglish } from '../../../electron/contract/sentence.ts';
import { cardPath } from '../../../electron/library/cards/card-file.ts';
import { openEngine, pathsOf, photoAt, ready, searchBy, until } from '../../support/engines.ts';
import { lastingFolder, makePicture, settle, temporaryFolder, writePictures } from '../../support/pictures.ts';

const PHOTOS = 12;

async function setCard(engine: Engine, on: boolean): Promise<void> {
  const [{ folderId }] = engine.methods.getStatus().folders;
  await engine.methods.setDriveCard({ folderId, on });
}

/** A library whose folder carries a card, written to the end. */
async function withCard(folder = temporaryFolder()): Promise<{ engine: Engine; folder: string; card: string }> {
  await writePictures(folder, PHOTOS);
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  await setCard(engine, true);
  const card = cardPath(folder);
  await until(
    () => filesOn(card),
    (files) => files.length === PHOTOS,
  );
  return { engine, folder, card };
}

function filesOn(card: string): string[] {
  if (!existsSync(card)) return [];
  const db = new Database(card, { readonly: true });
  try {
    return db.prepare<[], string>('SELECT path FROM file ORDER BY path').pluck().all();
  } catch {
    // Its tables are being made.
    return [];
  } finally {
    db.close();
  }
}

/** The drive, as it comes to another computer: another path, the same files. */
function carried(folder: string): string {
  const elsewhere = join(temporaryFolder(), 'drive');
  cpSync(folder, elsewhere, { recursive: true, preserveTimestamps: true });
  return elsewhere;
}

/** Another computer's library, which reads nothing until it is told to. */
async function elsewhere(): Promise<Engine> {
  const engine = await openEngine();
  engine.start();
  engine.methods.pauseIndexing();
  return engine;
}

function said(engine: Engine): string {
  const { notice } = engine.methods.getStatus().activity;
  return notice ? inEnglish(notice) : '';
}

function change(card: string, sql: string): void {
  const db = new Database(card);
  db.exec(sql);
  db.close();
}

describe('A drive card', () => {
  it('shows the photos of a drive on another computer at once, to be found by likeness, before one of them is read', async () => {
    const { folder } = await withCard();
    const drive = carried(folder);
    const other = await elsewhere();
    await other.methods.addFolder({ path: drive });
    await until(
      () => pathsOf(other),
      (paths) => paths.length === PHOTOS,
    );
    expect(other.timeSpent).toEqual({ decode: 0, embed: 0, write: 0 });
    expect(other.methods.getStatus()).toMatchObject({ photos: PHOTOS, waiting: PHOTOS });
    const photoId = photoAt(other, join(drive, '3.jpg'));
    const { results } = await other.methods.searchPhotos(searchBy({ photoId }, 3));
    expect(results.map((result) => other.methods.getPhoto({ photoId: result.photoId }).path)).toContain(
      join(drive, '9.jpg'),
    );
    const contentId = results[0].contentId;
    expect((await other.getMedia({ kind: 'thumbnail', id: contentId })).subarray(0, 2)).toEqual(
      Buffer.from([0xff, 0xd8]),
    );

    // Then each is compared with its bytes; none is decoded or embedded.
    other.methods.resumeIndexing();
    await ready(other);
    expect(other.methods.getStatus()).toMatchObject({ photos: PHOTOS, indexed: PHOTOS, waiting: 0 });
    expect(other.timeSpent.embed).toBe(0);
  });

  it('covers the folders inside its own', async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'summer'), 3);
    await writePictures(join(folder, 'summer more'), 2, 20);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    await setCard(engine, true);
    await until(
      () => filesOn(cardPath(folder)),
      (files) => files.length === 5,
    );
    const other = await elsewhere();
    await other.methods.addFolder({ path: join(folder, 'summer') });
    await until(
      () => pathsOf(other),
      (paths) => paths.length === 3,
    );
    expect(other.timeSpent.decode).toBe(0);
  });

  it('follows the folder: what came, changed or went is in step the next time, and a copy on another computer is not undone', async () => {
    const { engine, folder, card } = await withCard();
    change(card, `INSERT INTO feature SELECT hash, 'another', time, vector FROM feature`);
    rmSync(join(folder, '0.jpg'));
    await writePictures(folder, 1, 30);
    await engine.indexOnce([folder]);
    const names = Array.from({ length: PHOTOS - 1 }, (_, i) => `${i + 1}.jpg`);
    expect(filesOn(card)).toEqual([...names, '30.jpg'].sort());
    const db = new Database(card, { readonly: true });
    const count = (sql: string): unknown => db.prepare(sql).pluck().get();
    expect(count('SELECT count(*) FROM content')).toBe(PHOTOS);
    expect(count(`SELECT count(*) FROM feature WHERE embedder = 'another'`)).toBe(PHOTOS - 1);
    expect(count(`SELECT count(*) FROM feature WHERE embedder <> 'another'`)).toBe(PHOTOS);
    db.close();
  });

  it('carries videos with their frames', async () => {
    const folder = temporaryFolder();
    const video = join(folder, 'a.mp4');
    writeFileSync(video, 'a video');
    settle(video);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const pictures = await Promise.all([1, 3].map((seed) => makePicture(seed, 320, 240)));
    const { photoId } = (await engine.methods.nextVideo())!;
    await engine.methods.addVideo({
      photoId,
      found: {
        width: 1920,
        height: 1080,
        duration: 20,
        takenAt: null,
        frames: pictures.map(({ length }, i) => ({ time: 10 * i + 5, size: length })),
      },
      bytes: Uint8Array.from(Buffer.concat(pictures)),
    });
    await setCard(engine, true);
    await until(
      () => filesOn(cardPath(folder)),
      (files) => files.length === 1,
    );
    const other = await elsewhere();
    await other.methods.addFolder({ path: folder });
    await until(
      () => pathsOf(other),
      (paths) => paths.length === 1,
    );
    const shown = photoAt(other, video);
    expect(other.methods.getPhoto({ photoId: shown })).toMatchObject({ duration: 20, width: 1920, format: 'mp4' });
    other.methods.resumeIndexing();
    expect(await other.methods.nextVideo()).toBeNull();
    expect(other.methods.getStatus()).toMatchObject({ indexed: 1, videosWaiting: 0 });
    const { contentId } = other.library.photos.tile(shown)!;
    expect(other.library.regions.framesOf(contentId)).toHaveLength(1);
  });

  it('is deleted when it is switched off, and says nothing of what a person said', async () => {
    const { engine, folder, card } = await withCard();
    engine.methods.setStars({ photoIds: [photoAt(engine, join(folder, '1.jpg'))], stars: 5 });
    engine.methods.setTags({ photoIds: [photoAt(engine, join(folder, '1.jpg'))], add: ['secret'], remove: [] });
    await engine.indexOnce([folder]);
    expect(readFileSync(card).includes('secret')).toBe(false);
    await setCard(engine, false);
    expect(existsSync(card)).toBe(false);
    expect(engine.methods.getStatus().folders[0].card).toBe(false);
  });

  it('takes no place that is taken: the file stays, and a sentence says so', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 2);
    writeFileSync(cardPath(folder), 'my own notes');
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    await setCard(engine, true);
    await until(
      () => said(engine),
      (text) => text.includes('is no drive card of Likeness'),
    );
    await setCard(engine, false);
    expect(readFileSync(cardPath(folder), 'utf8')).toBe('my own notes');
  });
});

describe('A drive that does not answer', () => {
  it('holds nothing up where its card is written: the program closes before it does', async () => {
    const { engine, folder, card } = await withCard();
    // Whoever wants to write waits for several seconds, as on a drive that does not answer.
    const holder = new Database(card);
    holder.exec('BEGIN EXCLUSIVE');
    onTestFinished(() => void holder.close());
    await writePictures(folder, 1, 50);
    void engine.indexOnce([folder]).catch(() => undefined);
    await until(
      () => engine.methods.getStatus().indexed,
      (indexed) => indexed === PHOTOS + 1,
    );
    await ready(engine);
    // Until it is being written.
    await new Promise((resolve) => setTimeout(resolve, 700));
    let isLetGo = false;
    const letGo = setTimeout(() => {
      isLetGo = true;
      holder.exec('ROLLBACK');
    }, 4000);
    await engine.close();
    clearTimeout(letGo);
    expect(isLetGo).toBe(false);
  });

  it('is not opened where the place of its card holds no file', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 2);
    // Whoever opens it waits until somebody writes into it.
    execFileSync('mkfifo', [cardPath(folder)]);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    await setCard(engine, true);
    await until(
      () => said(engine),
      (text) => text.includes('is no drive card of Likeness'),
    );
    expect(pathsOf(engine)).toHaveLength(2);
  });
});

describe('A drive card that is wrong', () => {
  const original = lastingFolder();
  beforeAll(async () => {
    const engine = await Engine.open({ libraryPath: lastingFolder(), watching: false, trainWhileReading: false });
    await writePictures(original, PHOTOS);
    await engine.indexOnce([original]);
    await setCard(engine, true);
    await engine.indexOnce([original]);
    await engine.close();
  });

  /** A drive with a card, on another computer. */
  function copyOfOne(): { folder: string; card: string } {
    const folder = carried(original);
    return { folder, card: cardPath(folder) };
  }

  it('about what a file holds is found out when the file is read', async () => {
    const { folder, card } = copyOfOne();
    change(card, `UPDATE file SET hash = (SELECT hash FROM file WHERE path = '5.jpg') WHERE path = '1.jpg'`);
    const other = await elsewhere();
    await other.methods.addFolder({ path: folder });
    await until(
      () => pathsOf(other),
      (paths) => paths.length === PHOTOS,
    );
    other.methods.resumeIndexing();
    await ready(other);
    const contentOf = (name: string): number =>
      other.library.photos.tile(photoAt(other, join(folder, name)))!.contentId;
    expect(contentOf('1.jpg')).not.toBe(contentOf('5.jpg'));
  });

  it('about files that are there no more shows none of them for longer than the folder is looked through', async () => {
    const { folder: drive } = copyOfOne();
    rmSync(join(drive, '4.jpg'));
    const other = await openEngine({ watching: false });
    await other.indexOnce([drive]);
    expect(pathsOf(other)).toHaveLength(PHOTOS - 1);
  });

  it.each([
    ['leads out of the folder', `UPDATE file SET path = '../' || path WHERE path = '2.jpg'`],
    ['leads into a hidden folder', `UPDATE file SET path = '.hidden/' || path WHERE path = '2.jpg'`],
    [
      'has no picture',
      `UPDATE content SET thumbnail = x'3c68746d6c3e' WHERE hash = (SELECT hash FROM file WHERE path = '2.jpg')`,
    ],
    [
      'has a feature that is cut short',
      `UPDATE feature SET vector = substr(vector, 3) WHERE hash = (SELECT hash FROM file WHERE path = '2.jpg')`,
    ],
    [
      'has a feature of no numbers',
      `UPDATE feature SET vector = cast(replace(hex(zeroblob(256)), '0000', x'007e') AS BLOB) WHERE hash = (SELECT hash FROM file WHERE path = '2.jpg')`,
    ],
    [
      'says facts that cannot be',
      `UPDATE content SET facts = json_set(facts, '$.width', -1) WHERE hash = (SELECT hash FROM file WHERE path = '2.jpg')`,
    ],
    [
      'says facts that are none',
      `UPDATE content SET facts = 'none' WHERE hash = (SELECT hash FROM file WHERE path = '2.jpg')`,
    ],
  ])('about one photo that %s is right about the others, and that one is read', async (_, sql) => {
    const { folder, card } = copyOfOne();
    change(card, sql);
    const other = await elsewhere();
    await other.methods.addFolder({ path: folder });
    await until(
      () => pathsOf(other),
      (paths) => paths.length === PHOTOS - 1,
    );
    expect(pathsOf(other)).not.toContain(join(folder, '2.jpg'));
    other.methods.resumeIndexing();
    await ready(other);
    expect(pathsOf(other)).toHaveLength(PHOTOS);
    expect(existsSync(join(folder, '..', '2.jpg'))).toBe(false);
  });

  it.each([
    ['damaged', (card: string) => writeFileSync(card, readFileSync(card).fill(7, 200, 60_000))],
    ['cut short', (card: string) => writeFileSync(card, readFileSync(card).subarray(0, 5000))],
    ['no card', (card: string) => writeFileSync(card, 'not a card')],
    ['of a later version', (card: string) => change(card, 'PRAGMA user_version = 99')],
    [
      'made of what its maker wrote',
      (card: string) => change(card, 'ALTER TABLE file RENAME TO other; CREATE VIEW file AS SELECT * FROM other'),
    ],
  ])('because it is %s is said, and the photos are read', async (_, damage) => {
    const { folder, card } = copyOfOne();
    damage(card);
    const other = await openEngine({ watching: false });
    await other.indexOnce([folder]);
    expect(pathsOf(other)).toHaveLength(PHOTOS);
    expect(other.timeSpent.embed).toBeGreaterThan(0);
    expect(said(other)).toMatch(/card/);
  });

  it('is made anew by the computer that keeps it, where it is damaged', async () => {
    const { engine, folder, card } = await withCard();
    writeFileSync(card, readFileSync(card).fill(7, 200, 60_000));
    await writePictures(folder, 1, 40);
    await engine.indexOnce([folder]);
    expect(filesOn(card)).toHaveLength(PHOTOS + 1);
  });

  it('by another embedder shows the photos, which are then read for this one', async () => {
    const { folder, card } = copyOfOne();
    change(card, `UPDATE feature SET embedder = 'another'`);
    mkdirSync(join(folder, 'more'));
    const other = await elsewhere();
    await other.methods.addFolder({ path: folder });
    await until(
      () => pathsOf(other),
      (paths) => paths.length === PHOTOS,
    );
    other.methods.resumeIndexing();
    await ready(other);
    expect(other.timeSpent.embed).toBeGreaterThan(0);
    const photoId = photoAt(other, join(folder, '3.jpg'));
    expect((await other.methods.searchPhotos(searchBy({ photoId }, 3))).results).toHaveLength(3);
  });
});
