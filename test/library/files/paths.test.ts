import { join, win32 } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isWithin, movedPath, pathRange, rulesOf, withoutEnd } from '../../../electron/library/files/paths.ts';
import { openPatiently } from '../../../electron/library/files/read-file.ts';
import { describeFileError, walkFolder } from '../../../electron/library/files/walk.ts';
import { inEnglish } from '../../../electron/contract/sentence.ts';
import { temporaryFolder } from '../../support/pictures.ts';

const busy = (): Error => Object.assign(new Error('held'), { code: 'EBUSY' });

describe('A path', () => {
  it.each([
    ['C:\\Photos\\2024\\a.jpg', 'C:\\Photos', true],
    ['C:\\Photos', 'C:\\Photos', true],
    ['C:\\Photoshop\\a.jpg', 'C:\\Photos', false],
    ['c:\\PHOTOS\\a.jpg', 'C:\\Photos', true],
    ['D:\\Photos\\a.jpg', 'C:\\Photos', false],
    ['E:\\a.jpg', 'E:\\', true],
    ['E:\\DCIM\\a.jpg', 'E:\\', true],
    ['\\\\nas\\photos\\2024\\a.jpg', '\\\\nas\\photos', true],
    ['\\\\NAS\\Photos\\a.jpg', '\\\\nas\\photos\\', true],
    ['\\\\nas\\photos2\\a.jpg', '\\\\nas\\photos', false],
    [`\\\\?\\C:\\${'long\\'.repeat(100)}a.jpg`, '\\\\?\\C:\\long', true],
    ['C:\\Ärger\\a.jpg', 'C:\\ÄRGER', true],
  ])('of Windows lies within a folder, however it is spelled: %s in %s', (path, folder, within) => {
    expect(isWithin(path, folder, rulesOf.win32)).toBe(within);
  });

  it.each([
    ['/Volumes/Stick/Été/a.jpg'.normalize('NFD'), '/Volumes/stick/été'.normalize('NFC'), true],
    ['/Users/me/Pictures', '/Users/me/pictures', true],
    ['/Users/me/Pictures2/a.jpg', '/Users/me/Pictures', false],
  ])('of macOS lies within a folder, however accents are written: %s', (path, folder, within) => {
    expect(isWithin(path, folder, rulesOf.darwin)).toBe(within);
  });

  it('of Linux is another one in other letters', () => {
    expect(isWithin('/photos/a.jpg', '/Photos', rulesOf.linux)).toBe(false);
    expect(isWithin('/é/a.jpg'.normalize('NFD'), '/é'.normalize('NFC'), rulesOf.linux)).toBe(false);
    expect(isWithin('/a.jpg', '/', rulesOf.linux)).toBe(true);
  });

  it.each([
    ['C:\\Photos', 'C:\\Photos\\2024\\a.jpg', true],
    ['E:\\', 'E:\\a.jpg', true],
    ['E:\\', 'F:\\a.jpg', false],
    ['\\\\nas\\photos', '\\\\nas\\photos\\a.jpg', true],
    ['\\\\nas\\photos', '\\\\nas\\photos2\\a.jpg', false],
  ])('is found below a folder by its place in the order of paths: %s, %s', (folder, path, below) => {
    const [first, after] = pathRange(folder, '\\');
    expect(path >= first && path < after).toBe(below);
  });

  it.each([
    ['C:\\Photos\\2024\\a.jpg', 'C:\\Photos', 'D:\\Old', 'D:\\Old\\2024\\a.jpg'],
    ['E:\\DCIM\\a.jpg', 'E:\\', 'F:\\', 'F:\\DCIM\\a.jpg'],
    ['E:\\DCIM\\a.jpg', 'E:\\', 'C:\\Stick', 'C:\\Stick\\DCIM\\a.jpg'],
    ['C:\\Stick\\DCIM\\a.jpg', 'C:\\Stick', 'E:\\', 'E:\\DCIM\\a.jpg'],
    ['\\\\nas\\photos\\a.jpg', '\\\\nas\\photos', 'Z:\\', 'Z:\\a.jpg'],
    ['/media/me/stick/DCIM/a.jpg', '/media/me/stick', 'E:\\', 'E:\\DCIM\\a.jpg'],
    ['C:\\Photos', 'C:\\Photos', 'D:\\Old', 'D:\\Old'],
  ])('goes along when its folder lies somewhere else: %s from %s to %s', (path, from, to, moved) => {
    expect(movedPath(path, from, to, '\\')).toBe(moved);
    expect(isWithin(moved, to, rulesOf.win32)).toBe(true);
    expect(win32.join(moved)).toBe(moved);
  });

  it('goes along from Windows to Linux', () => {
    expect(movedPath('E:\\DCIM\\a.jpg', 'E:\\', '/media/stick', '/')).toBe('/media/stick/DCIM/a.jpg');
    expect(movedPath('/photos/a.jpg', '/', '/media/disk', '/')).toBe('/media/disk/photos/a.jpg');
    expect(withoutEnd('/')).toBe('');
  });

  it('may be far longer than the 260 signs that Windows once allowed', async () => {
    const root = temporaryFolder();
    const deep = join(root, ...Array.from({ length: 12 }, (_, i) => `${i}`.padEnd(120, 'x')));
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(deep, 'a.jpg'), 'a');
    const found: string[] = [];
    for await (const finding of walkFolder(root, { roots: [root], exclude: [] }))
      if ('file' in finding) found.push(finding.file.path);
    expect(found).toContain(join(deep, 'a.jpg'));
  });
});

describe('A file that another program holds', () => {
  it('is opened once that lets go of it', async () => {
    let tries = 0;
    const opened = await openPatiently(() => (++tries < 3 ? Promise.reject(busy()) : Promise.resolve('open')));
    expect([opened, tries]).toEqual(['open', 3]);
  });

  it('is given up after a while, in a sentence; other errors are told at once', async () => {
    await expect(openPatiently(() => Promise.reject(busy()), 250)).rejects.toMatchObject({ code: 'EBUSY' });
    expect(inEnglish(describeFileError(busy()))).toBe('another program holds it; once that is done, try again');
    let tries = 0;
    const missing = Object.assign(new Error('gone'), { code: 'ENOENT' });
    await expect(openPatiently(() => Promise.reject((tries++, missing)))).rejects.toBe(missing);
    expect(tries).toBe(1);
  });
});
