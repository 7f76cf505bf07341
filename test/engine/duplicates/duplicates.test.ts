import { statSync } from 'node:fs';
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { DuplicateGroup } from '../../../electron/contract/duplicates.ts';
import { listDuplicates } from '../../../electron/engine/reading/duplicates.ts';
import { cataloguePath } from '../../../electron/library/catalogue.ts';
import { runLikeness } from '../../support/run-likeness.ts';
import { openEngine } from '../../support/engines.ts';
import { withDuplicates } from '../../support/duplicates.ts';
import { temporaryFolder } from '../../support/pictures.ts';

const named = (groups: readonly DuplicateGroup[]): unknown[] =>
  groups.map(({ kind, files }) => [kind, ...files.map(({ path }) => basename(path))]);

describe('Duplicates', () => {
  it('are the same bytes, the same picture, and one moment, each told as that, and what shows the most comes first', async () => {
    const { libraryPath: library } = await withDuplicates();
    const shares: number[] = [];
    const groups = await listDuplicates(library, ['copies', 'same', 'bursts'], (share) => shares.push(share));
    expect(shares.at(-1)).toBe(1);
    const [same, ...others] = groups;
    expect(same.kind).toBe('same');
    expect(named([{ ...same, files: same.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) }])).toEqual([
      ['same', '5.jpg', 'brighter.jpg', 'cut.jpg', 'half.jpg', 'mirrored.jpg', 'quality 30.jpg'],
    ]);
    // The smallest last, and what could go is what all others take.
    expect(basename(same.files.at(-1)!.path)).toBe('half.jpg');
    expect(same.gain).toBe(same.files.slice(1).reduce((sum, { bytes }) => sum + bytes, 0));
    expect(named(others.sort((a, b) => (a.kind < b.kind ? 1 : -1)))).toEqual([
      ['copies', '3.jpg', 'copy of 3.jpg'],
      ['bursts', 'shot 1.jpg', 'shot 2.jpg'],
    ]);
  });

  it('are listed by the command line, which changes nothing', async () => {
    const { libraryPath: library } = await withDuplicates();
    const before = statSync(cataloguePath(library)).mtimeMs;
    const { code, stdout } = await runLikeness([
      'duplicates',
      '--library',
      library,
      '--kind',
      'copies,bursts',
      '--json',
    ]);
    expect(code).toBe(0);
    const { groups } = JSON.parse(stdout) as { groups: DuplicateGroup[] };
    expect(groups.map(({ kind }) => kind).sort()).toEqual(['bursts', 'copies']);
    const told = await runLikeness(['duplicates', '--library', library, '--kind', 'copies']);
    expect(told.stdout).toMatch(
      /^the same bytes: 2 files, 0\.\d MB beside the first\n {2}640x480 {2}\S+ MB {2}\S+3\.jpg\n.*copy of 3\.jpg\n1 groups, /,
    );
    const wrong = await runLikeness(['duplicates', '--library', library, '--kind', 'all']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Expected some of copies, same, bursts')]);
    expect(statSync(cataloguePath(library)).mtimeMs).toBe(before);
  });

  it('are found by the thumbnails of photos that were read before their small pictures were kept, which changes nothing', async () => {
    const { libraryPath: library } = await withDuplicates();
    const kinds = ['same', 'bursts'] as const;
    // Which of a burst comes first is known better once it was looked at.
    const find = async () => (await listDuplicates(library, kinds)).map((group) => named([group]).flat(2).sort());
    const before = await find();
    const db = new Database(cataloguePath(library));
    expect(db.prepare('DELETE FROM small_picture').run().changes).toBe(38);
    expect(await find()).toEqual(before);
    expect(db.prepare('SELECT count(*) FROM small_picture').pluck().get()).toBe(0);
    // Looked for in the program, they are made once and kept.
    const engine = await openEngine({ libraryPath: library, watching: false });
    engine.start();
    engine.methods.getDuplicates({ kinds: [...kinds], start: 0, count: 10 });
    await expect.poll(() => engine.library.duplicates.reviewedCount(), { timeout: 20_000 }).toBe(38);
    await engine.close();
    expect(db.prepare('SELECT count(*) FROM small_picture').pluck().get()).toBe(38);
    db.close();
    expect(await find()).toEqual(before);
  });

  it('are none in a library without photos', async () => {
    const library = temporaryFolder();
    await (await openEngine({ libraryPath: library, watching: false })).close();
    expect(await listDuplicates(library, ['copies', 'same', 'bursts'])).toEqual([]);
  });
});
