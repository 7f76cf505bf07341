import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Answers, isNoAnswer } from '../../../electron/library/files/answers.ts';
import { claimByName, pictureTypeOf } from '../../../electron/library/files/formats.ts';
import { isWithin } from '../../../electron/library/files/paths.ts';
import {
  describeFileError,
  findAt,
  walkFolder,
  type Ask,
  type WalkFinding,
} from '../../../electron/library/files/walk.ts';
import { hasSettled, REST } from '../../../electron/library/files/settle.ts';
import { makePicture, temporaryFolder } from '../../support/pictures.ts';
import { inEnglish } from '../../../electron/contract/sentence.ts';

async function scan(root: string, options: { roots?: string[]; exclude?: string[] } = {}): Promise<WalkFinding[]> {
  const found: WalkFinding[] = [];
  for await (const finding of walkFolder(root, { roots: options.roots ?? [root], exclude: options.exclude ?? [] }))
    found.push(finding);
  return found;
}

const pictures = (findings: WalkFinding[]): string[] =>
  findings.flatMap((finding) => (finding.kind === 'picture' ? [finding.file.path] : [])).sort();

describe('A scan', () => {
  it('of a place that stops answering ends there, and says nothing of files that it could not ask about', async () => {
    const root = temporaryFolder();
    for (const folder of ['a', 'b', 'c']) {
      mkdirSync(join(root, folder));
      for (let i = 0; i < 5; i++) writeFileSync(join(root, folder, `${i}.jpg`), 'x');
    }
    const all = (await scan(root)).length;
    expect(all).toBe(15);
    for (let questions = 0; questions < 18; questions++) {
      const answers = new Answers(10);
      let asked = 0;
      const ask: Ask = (question) =>
        answers.ask(root, () => (asked++ < questions ? question() : new Promise<never>(() => undefined)));
      const found: WalkFinding[] = [];
      const walk = async (): Promise<void> => {
        for await (const finding of walkFolder(root, { roots: [root], exclude: [], ask })) found.push(finding);
      };
      await expect(walk()).rejects.toSatisfy(isNoAnswer);
      expect(found.every(({ kind }) => kind === 'picture')).toBe(true);
      expect(found.length).toBeLessThan(all);
    }
  });

  it('finds pictures by name, or by first bytes where the name says nothing', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'deep/er'), { recursive: true });
    writeFileSync(join(root, 'deep/er/a.JPG'), 'not really');
    writeFileSync(join(root, 'no-extension'), await makePicture(1));
    writeFileSync(join(root, 'notes.txt'), 'hello');
    writeFileSync(join(root, 'data.xyz'), 'hello');
    const found = await scan(root);
    expect(pictures(found)).toEqual([join(root, 'deep/er/a.JPG'), join(root, 'no-extension')]);
    expect(found.filter(({ kind }) => kind === 'ignored')).toHaveLength(2);
  });

  it("passes over hidden files, the systems' own folders, and places it was told to", async () => {
    const root = temporaryFolder();
    for (const folder of ['.cache', '@eaDir', 'library', 'mine']) {
      mkdirSync(join(root, folder));
      writeFileSync(join(root, folder, 'a.jpg'), 'x');
    }
    expect(pictures(await scan(root, { exclude: [join(root, 'library')] }))).toEqual([join(root, 'mine/a.jpg')]);
  });

  it('ends where links lead in a circle, and counts nothing twice', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'a/b'), { recursive: true });
    writeFileSync(join(root, 'a/b/one.jpg'), 'x');
    symlinkSync(root, join(root, 'a/b/up'));
    symlinkSync(join(root, 'a'), join(root, 'again'));
    symlinkSync(join(root, 'a/b/one.jpg'), join(root, 'two.jpg'));
    symlinkSync('self', join(root, 'self'));
    symlinkSync(join(root, 'nowhere'), join(root, 'lost.jpg'));
    expect(pictures(await scan(root))).toEqual([join(root, 'a/b/one.jpg')]);
  });

  it('follows a link to a place elsewhere, once, and says where it leads', async () => {
    const [root, elsewhere] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(elsewhere, 'far.jpg'), 'x');
    symlinkSync(elsewhere, join(elsewhere, 'loop'));
    symlinkSync(elsewhere, join(root, 'link'));
    symlinkSync(elsewhere, join(root, 'link2'));
    const found = await scan(root);
    expect(pictures(found)).toHaveLength(1);
    expect(found.filter(({ kind }) => kind === 'linked-folder').length).toBeGreaterThan(0);
  });

  it('says which link it would have met itself when asked about one path', async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'a.jpg'), 'x');
    symlinkSync(join(root, 'a.jpg'), join(root, 'b.jpg'));
    expect((await findAt(join(root, 'a.jpg'), { roots: [root] }))?.kind).toBe('picture');
    expect(await findAt(join(root, 'b.jpg'), { roots: [root] })).toBeUndefined();
    expect(await findAt(join(root, 'gone.jpg'), { roots: [root] })).toBeUndefined();
  });
});

describe('What claims to be a picture', () => {
  it('is told by the name first', () => {
    expect(claimByName('/x/IMG_1.HEIC')).toBe('picture');
    expect(claimByName('/x/film.mp4')).toBe('video');
    expect(claimByName('/x/notes.txt')).toBe('other');
    expect(claimByName('/x/README')).toBe('unknown');
  });

  it('is told by the first bytes then', async () => {
    expect(await pictureTypeOf(await makePicture(1))).toBe('image/jpeg');
    expect(await pictureTypeOf(Buffer.from('<?xml version="1.0"?>\n<svg xmlns="x"/>'))).toBe('image/svg+xml');
    expect(await pictureTypeOf(Buffer.from('plain text about <svg>'))).toBeUndefined();
    expect(await pictureTypeOf(Buffer.alloc(0))).toBeUndefined();
  });
});

describe('A file system error', () => {
  it('is said in words', () => {
    const error = (code: string): Error => Object.assign(new Error('raw'), { code });
    expect(inEnglish(describeFileError(error('EACCES')))).toBe('there is no permission to read it');
    expect(inEnglish(describeFileError(error('EIO')))).toMatch(/drive reports an error/);
    expect(inEnglish(describeFileError(error('EXOTIC')))).toBe('EXOTIC: raw');
  });
});

describe('A path', () => {
  it('is within a folder only at a separator', () => {
    expect(isWithin('/a/b', '/a')).toBe(true);
    expect(isWithin('/a', '/a')).toBe(true);
    expect(isWithin('/ab', '/a')).toBe(false);
    expect(isWithin('/ab', '/')).toBe(true);
  });
});

describe('A file that is still growing', () => {
  const now = 1_000_000;
  it('waits until it was seen twice in the same state', () => {
    const stamp = { size: 10, modifiedAt: now };
    expect(hasSettled(stamp, undefined, 5000, now)).toBe(false);
    expect(hasSettled(stamp, { stamp: { size: 5, modifiedAt: now - 100 }, at: 5000 - REST }, 5000, now)).toBe(false);
    expect(hasSettled(stamp, { stamp, at: 5000 - REST }, 5000, now)).toBe(true);
  });

  it('need not wait when it was last written a while ago, and does when its date is in the future', () => {
    expect(hasSettled({ size: 1, modifiedAt: now - REST }, undefined, 5000, now)).toBe(true);
    expect(hasSettled({ size: 1, modifiedAt: now + 9e9 }, undefined, 5000, now)).toBe(false);
  });
});
