// Data sets told by lists, for photos of several classes at once (NUS-WIDE, Flickr25K and others):
//   a text file with a photo a line: path, classes by commas, and "query" where it asks, parted by tabs;
//   or a folder with database.txt and test.txt, as published code of learned hashing has them: path, and a 0 or 1 for each class.
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { LikenessError } from '../contract/errors.ts';
import type { DatasetItem } from './dataset.ts';

interface Listed {
  path: string;
  labels: string[];
  query: boolean;
}

export interface Lists {
  /** Whether the list says which photos ask. */
  readonly split: boolean;
  readonly items: DatasetItem[];
}

/** Whether a folder has both lists. */
export async function holdsLists(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  return ['database.txt', 'test.txt'].every((name) => names.includes(name));
}

/** @param path a text file, or a folder that holdsLists */
export async function openLists(path: string, isFolder: boolean): Promise<Lists> {
  const listed = isFolder
    ? [...(await oneHot(join(path, 'database.txt'), false)), ...(await oneHot(join(path, 'test.txt'), true))]
    : await byName(path);
  const root = isFolder ? path : dirname(path);
  const items = await Promise.all(
    listed.map(async ({ path: name, labels, query }) => {
      const file = isAbsolute(name) ? name : resolve(root, name);
      // A photo that is not there is said when it is read.
      const size = await stat(file).then(
        (found) => found.size,
        () => 0,
      );
      return { name, labels, query, size, read: () => readListed(file) };
    }),
  );
  return { split: listed.some(({ query }) => query), items };
}

/** @throws LikenessError where it cannot be read, so that the others are still evaluated */
async function readListed(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new LikenessError('unreadable', `${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

async function byName(file: string): Promise<Listed[]> {
  return (await linesOf(file)).map(({ line, number }) => {
    const [path, labels = '', role = ''] = line.split('\t');
    const names = labels
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);
    if (names.length === 0 || !['', 'query'].includes(role.trim()))
      throw refusal(
        file,
        number,
        'a path, a tab, classes parted by commas, and after another tab "query" where it asks',
        line,
      );
    return { path, labels: names, query: role.trim() === 'query' };
  });
}

async function oneHot(file: string, query: boolean): Promise<Listed[]> {
  const lines = await linesOf(file);
  return lines.map(({ line, number }) => {
    const [, path, flags] = /^(.*?)((?:\s+[01])+)$/.exec(line) ?? [];
    if (path === undefined) throw refusal(file, number, 'a path, and a 0 or a 1 for each class', line);
    const labels = flags
      .trim()
      .split(/\s+/)
      .flatMap((flag, i) => (flag === '1' ? [String(i)] : []));
    return { path, labels, query };
  });
}

async function linesOf(file: string): Promise<{ line: string; number: number }[]> {
  return (await readFile(file, 'utf8'))
    .split(/\r?\n/)
    .map((line, i) => ({ line: line.trimEnd(), number: i + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
}

function refusal(file: string, number: number, expected: string, got: string): LikenessError {
  return new LikenessError('bad-input', `${file}, line ${number}: expected ${expected}, got "${got.slice(0, 80)}".`);
}
