import Database from 'better-sqlite3';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cataloguePath } from '../../../electron/library/catalogue.ts';
import { openCatalogue } from '../../../electron/library/open-catalogue.ts';
import { Library } from '../../../electron/library/library.ts';
import { migrations } from '../../../electron/library/migrations/all.ts';
import { SEGMENT_SIZE, type EncodedRegion } from '../../../electron/library/rows/code-rows.ts';
import { temporaryFolder } from '../../support/pictures.ts';
import { NOTHING_TOLD } from '../../support/xmp.ts';
import { say } from '../../../electron/contract/sentence.ts';

describe('The catalogue', () => {
  it('is made at the latest schema, and each migration can be taken on its own', () => {
    const path = temporaryFolder();
    Library.open(path).close();
    const db = new Database(cataloguePath(path));
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
    db.close();
    for (let version = 0; version < migrations.length; version++) {
      const older = temporaryFolder();
      const at = new Database(cataloguePath(older));
      for (let step = 0; step < version; step++) migrations[step](at);
      at.pragma(`user_version = ${version}`);
      at.close();
      const library = Library.open(older);
      expect(library.integrity()).toBe('ok');
      library.close();
    }
  });

  it('of a later program, or that is none, is refused with a sentence and left as it is', () => {
    const later = temporaryFolder();
    Library.open(later).close();
    const db = new Database(cataloguePath(later));
    db.pragma('user_version = 999');
    db.close();
    expect(() => Library.open(later)).toThrow(/later version of Likeness \(schema 999/);
    const damaged = temporaryFolder();
    writeFileSync(cataloguePath(damaged), 'this is no database, but it is long enough to look at'.repeat(100));
    expect(() => Library.open(damaged)).toThrow(/is damaged .*photos are not affected/s);
    expect(() => Library.openReadOnly(temporaryFolder())).toThrow(/no library at .* Index a folder first/);
  });

  it('asks the same question in several ways at once, and each answer has its own form', () => {
    const catalogue = openCatalogue(temporaryFolder());
    const sql = 'SELECT value AS n, value * 2 AS twice FROM json_each(?)';
    const of = '[1, 2, 3]';
    const seen: unknown[] = [];
    for (const row of catalogue.iterate(sql, of)) {
      seen.push(row, catalogue.value(sql, of), catalogue.get(sql, of), [...catalogue.iterate(sql, of)].length);
    }
    expect(seen.slice(0, 4)).toEqual([{ n: 1, twice: 2 }, 1, { n: 1, twice: 2 }, 3]);
    expect(seen).toHaveLength(12);
    expect(catalogue.values(sql, of)).toEqual([1, 2, 3]);
    expect(catalogue.all(sql, of)).toHaveLength(3);
    catalogue.close();
  });

  it("takes a folder's photos over when a folder around it is added", () => {
    const library = Library.open(temporaryFolder());
    const inner = library.folders.add('/p/inner', '1', [], 0);
    library.photos.reconcile(inner, { path: '/p/inner/a.jpg', size: 1, modifiedAt: 1 }, 1);
    const outer = library.folders.add('/p', '1', [inner], 0);
    expect(library.folders.all().map(({ path }) => path)).toEqual(['/p']);
    expect(library.folders.photoCounts().get(outer)).toBe(1);
    library.close();
  });

  it('counts photos as they come, change hands and go, as counting them all would', () => {
    const library = Library.open(temporaryFolder());
    const [first, second] = ['/a', '/b'].map((path) => library.folders.add(path, '1', [], 0));
    const counted = (): number[] => [first, second].map((id) => library.folders.photoCounts().get(id) ?? 0);
    for (let i = 0; i < 7; i++)
      library.photos.reconcile(i < 5 ? first : second, { path: `/a/${i}.jpg`, size: 1, modifiedAt: 1 }, 1);
    expect(counted()).toEqual([5, 2]);
    // Seen again: unchanged, changed, and now in the other folder.
    library.photos.reconcile(first, { path: '/a/0.jpg', size: 1, modifiedAt: 1 }, 2);
    library.photos.reconcile(first, { path: '/a/1.jpg', size: 2, modifiedAt: 1 }, 2);
    library.photos.reconcile(second, { path: '/a/2.jpg', size: 1, modifiedAt: 1 }, 2);
    expect(counted()).toEqual([4, 3]);
    expect(library.photos.counts()).toMatchObject({ photos: 7, waiting: 7 });
    library.photos.remove(library.photos.under('/a/3.jpg'));
    expect(counted()).toEqual([3, 3]);
    library.folders.markRemoved(first, 1);
    expect(library.folders.all().map(({ id }) => id)).toEqual([second]);
    while (library.folders.removeSome(first, 2));
    expect(library.photos.counts().photos).toBe(3);
    expect(library.folders.beingRemoved()).toEqual([]);
    library.close();
  });

  it('finds everything below a path, and nothing beside it', () => {
    const library = Library.open(temporaryFolder());
    const folder = library.folders.add('/p', '1', [], 0);
    for (const path of ['/p/a/1.jpg', '/p/a/b/2.jpg', '/p/a.jpg', '/p/ab/3.jpg'])
      library.photos.reconcile(folder, { path, size: 1, modifiedAt: 1 }, 1);
    expect(library.photos.under('/p/a')).toHaveLength(2);
    expect(library.photos.under('/p/a.jpg')).toHaveLength(1);
    library.close();
  });

  it('reads photos the newest first, from wherever it left off', () => {
    const library = Library.open(temporaryFolder());
    const folder = library.folders.add('/p', '1', [], 0);
    [30, 10, 20, 20].forEach((modifiedAt, i) =>
      library.photos.reconcile(folder, { path: `/p/${i}.jpg`, size: 1, modifiedAt }, 1),
    );
    const names = (photos: { path: string }[]): string[] => photos.map(({ path }) => path);
    const first = library.photos.waiting(undefined, 2);
    expect(names(first)).toEqual(['/p/0.jpg', '/p/3.jpg']);
    expect(names(library.photos.waiting(first[1], 9))).toEqual(['/p/2.jpg', '/p/1.jpg']);
    library.folders.markRemoved(folder, 1);
    expect(library.photos.waiting(undefined, 9)).toEqual([]);
    library.close();
  });

  it('leaves out of what a scan missed only what lies in folders that could not be read', () => {
    const library = Library.open(temporaryFolder());
    const folder = library.folders.add('/p', '1', [], 0);
    for (const path of ['/p/locked/1.jpg', '/p/locked out/2.jpg', '/p/locked.jpg'])
      library.photos.reconcile(folder, { path, size: 1, modifiedAt: 1 }, 1);
    const missed = library.photos.unseen(folder, 2, ['/p/locked']).map((id) => library.photos.path(id));
    expect(missed).toEqual(['/p/locked out/2.jpg', '/p/locked.jpg']);
    library.close();
  });

  it('dates a content when the last file that holds it goes, and undates it when one comes', () => {
    const library = Library.open(temporaryFolder());
    const folder = library.folders.add('/p', '1', [], 0);
    const [a, b] = ['/p/a.jpg', '/p/b.jpg'].map((path) => {
      library.photos.reconcile(folder, { path, size: 1, modifiedAt: 1 }, 1);
      return library.photos.byPath(path)!.id;
    });
    const content = library.contents.insert({ ...draft, hash: Uint8Array.of(1) });
    for (const id of [a, b]) library.photos.link(id, content, 1);
    const orphans = (): number[] => library.contents.orphansBefore(Date.now() + 1000, 9);
    library.photos.remove([a]);
    expect(orphans()).toEqual([]);
    library.photos.fail(b, say`It is damaged`);
    expect(orphans()).toEqual([content]);
    library.photos.link(b, content, 1);
    expect(orphans()).toEqual([]);
    library.photos.remove([b]);
    expect(orphans()).toEqual([content]);
    const region = library.regions.wholeOf(content)!;
    library.contents.remove([content]);
    expect([library.regions.find([region]).size, library.codes.tombstones()]).toEqual([0, [region]]);
    library.close();
  });
});

const draft = {
  width: 4,
  height: 3,
  format: 'jpeg',
  colour: 0,
  takenAt: null,
  camera: null,
  lens: null,
  warning: null,
  told: NOTHING_TOLD,
  thumbnail: Uint8Array.of(1),
};

describe('Codes', () => {
  const encoded = (first: number, count: number): EncodedRegion[] =>
    Array.from({ length: count }, (_, i) => ({
      regionId: first + i,
      code8Bit: Uint8Array.of((first + i) & 255, (first + i) >> 8),
      code4Bit: Uint8Array.of((first + i) & 15),
      hidden: Float32Array.of(first + i),
    }));
  /** Every region with its codes, as they are read. */
  const read = (library: Library): [number, number, number][] => {
    const small = [...library.codes.segments(1, '4-bit')].flatMap(({ codes }) => [...codes]);
    return [...library.codes.segments(1)]
      .flatMap(({ regions, codes }) => [...regions].map((id, i) => [id, codes[2 * i] + 256 * codes[2 * i + 1]]))
      .map(([id, code], i): [number, number, number] => [id, code, small[i]])
      .filter(([id]) => id !== 0);
  };
  const expected = (...ids: number[]): [number, number, number][] => ids.map((id) => [id, id, id & 15]);

  it('are appended without touching those there are, and larger pieces are cut to segments', () => {
    const library = Library.open(temporaryFolder());
    library.inTransaction(() => library.codes.append(1, encoded(1, 7)));
    library.inTransaction(() => library.codes.append(1, encoded(8, SEGMENT_SIZE + 5)));
    library.inTransaction(() => library.codes.append(2, encoded(1, 3)));
    expect([...library.codes.segments(1)].map(({ regions }) => regions.length)).toEqual([7, SEGMENT_SIZE, 5]);
    expect(read(library)).toEqual(expected(...Array.from({ length: SEGMENT_SIZE + 12 }, (_, i) => i + 1)));
    expect(library.codes.hidden(1, 6)![0]).toBe(6);
    expect([...library.codes.hiddenOf(1, [6, 8, 99_999])].map(([id, [value]]) => [id, value])).toEqual([
      [6, 6],
      [8, 8],
    ]);
    library.close();
  });

  it('give a sample of hidden vectors from all of them, not from those that came first', () => {
    const library = Library.open(temporaryFolder());
    library.inTransaction(() => library.codes.append(1, encoded(1, 4000)));
    const ids = [...library.codes.sample(1, 500).keys()];
    expect(ids).toHaveLength(500);
    const mean = ids.reduce((sum, id) => sum + id, 0) / ids.length;
    expect(mean).toBeGreaterThan(1800);
    expect(mean).toBeLessThan(2200);
    expect(library.codes.sampleHidden(1, 10_000, 1)).toHaveLength(4000);
    library.close();
  });

  it('are merged at rest into few segments, with the same codes, and others are left alone', () => {
    const library = Library.open(temporaryFolder());
    for (let i = 0; i < 50; i++) library.inTransaction(() => library.codes.append(1, encoded(1 + i * 400, 400)));
    library.inTransaction(() => library.codes.append(2, encoded(1, 3)));
    const before = read(library);
    expect(library.codes.segmentation(1)).toEqual({ segments: 50, small: 49, tombstones: 0 });
    let rounds = 0;
    while (library.inTransaction(() => library.codes.mergeSome(1))) rounds++;
    expect(rounds).toBe(2);
    expect([...library.codes.segments(1)].map(({ regions }) => regions.length)).toEqual([40 * 400, 10 * 400]);
    expect(read(library)).toEqual(before);
    // What comes next is read after what was merged.
    library.inTransaction(() => library.codes.append(1, encoded(50_000, 1)));
    expect(read(library).at(-1)).toEqual([50_000, 50_000, 0]);
    expect([...library.codes.segments(2)]).toHaveLength(1);
    library.close();
  });

  it('of a region that is gone read as zero at once, and leave their segment when it is cleaned or merged', () => {
    const libraryPath = temporaryFolder();
    const library = Library.open(libraryPath);
    library.inTransaction(() => library.codes.append(1, encoded(1, 6)));
    library.inTransaction(() => library.codes.append(1, encoded(7, 2)));
    const db = new Database(cataloguePath(libraryPath));
    db.exec('INSERT INTO code_tombstone VALUES (3), (8)');
    db.close();
    expect([...library.codes.segments(1)].map(({ regions }) => [...regions])).toEqual([
      [1, 2, 0, 4, 5, 6],
      [7, 0],
    ]);
    const gone = library.codes.tombstones();
    const [first] = library.codes.segmentIds();
    library.inTransaction(() => library.codes.cleanSegment(first, new Set(gone)));
    while (library.inTransaction(() => library.codes.mergeSome(1)));
    library.codes.removeTombstones(gone);
    expect([...library.codes.segments(1)].map(({ regions }) => [...regions])).toEqual([[1, 2, 4, 5, 6, 7]]);
    expect(read(library)).toEqual(expected(1, 2, 4, 5, 6, 7));
    expect(library.codes.tombstones()).toEqual([]);
    library.close();
  });
});
