// A labelled data set as it lies on disk: a folder or a zip of class folders, lists, or CIFAR-10 as published.
import { opendir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join, sep } from 'node:path';
import { open as openZip, type Entry, type ZipFile } from 'yauzl';
import { LikenessError } from '../contract/errors.ts';
import { holdsCifar, openCifar } from './cifar-archive.ts';
import { holdsLists, openLists } from './list-file.ts';
import { seededRandom } from '../numeric/random.ts';

export interface DatasetItem {
  /** Path inside the data set, with forward slashes. */
  readonly name: string;
  /** Names of its classes; photos that share one are alike. */
  readonly labels: readonly string[];
  readonly query: boolean;
  /** Bytes, as far as they are known before reading. */
  readonly size: number;
  read(): Promise<Uint8Array>;
}

export interface Dataset {
  readonly name: string;
  /** In the order of their names. */
  readonly items: readonly DatasetItem[];
  close(): void;
}

const PICTURES = new Set(['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff', '.heic', '.heif', '.avif']);
/** How queries are drawn where the data set does not say. */
export interface Split {
  readonly seed: number;
  /** Of each class, or of a list as a whole; a tenth where nothing is said. */
  readonly queries?: number | undefined;
}

const PLAIN: Split = { seed: 1 };
/** Share of each class that asks, where the data set does not say. */
const QUERY_SHARE = 0.1;
const MOST_BYTES = 256 * 2 ** 20;

type Found = Pick<DatasetItem, 'name' | 'size' | 'read'>;

/**
 * @param path a folder or a .zip that holds train/<class>/ and test/<class>/, or <class>/ folders, which are
 *   then split by a seed; a list (see list-file.ts); CIFAR-10's archives (see cifar-archive.ts)
 * @param perClass takes at most so many of each class, drawn by a seed
 * @throws LikenessError with what was expected
 */
export async function openDataset(path: string, perClass = Infinity, split = PLAIN): Promise<Dataset> {
  const kind = await stat(path).catch((error: unknown) => {
    throw new LikenessError(
      'not-found',
      `The data set ${path} cannot be read: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is nothing of that name' : (error as Error).message}.`,
      { cause: error },
    );
  });
  const { items, close } = await itemsOf(path, kind.isDirectory(), perClass, split);
  try {
    if (items.length === 0 || !items.some(({ query }) => query) || items.every(({ query }) => query)) {
      throw new LikenessError(
        'bad-input',
        `${path} holds no labelled photos. Expected folders named after classes, in train/ and test/ or by themselves, with at least two photos each; a list of photos and their classes; or CIFAR-10 as published.`,
      );
    }
    return { name: basename(path), items, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function itemsOf(
  path: string,
  isFolder: boolean,
  perClass: number,
  split: Split,
): Promise<{ items: DatasetItem[]; close: () => void }> {
  const close = (): void => undefined;
  if (isFolder ? await holdsCifar(path) : /\.(tar\.gz|tgz|tar)$/i.test(path))
    return { items: fewer(await openCifar(path, isFolder), perClass, split), close };
  if (isFolder ? await holdsLists(path) : /\.(txt|tsv)$/i.test(path)) {
    const { split: said, items } = await openLists(path, isFolder);
    return { items: fewer(said ? items : drawn(items, split), perClass, split), close };
  }
  if (isFolder) return { items: label(await inFolder(path), perClass, split), close };
  const zip = await inZip(path);
  return { items: label(zip.found, perClass, split), close: zip.close };
}

/** Of photos without a split, some that ask. */
function drawn(items: readonly DatasetItem[], { seed, queries }: Split): DatasetItem[] {
  const order = seededRandom(seed).shuffle(items.map((_, i) => i));
  const asking = new Set(order.slice(0, queries ?? Math.max(1, Math.round(items.length * QUERY_SHARE))));
  return items.map((item, i) => ({ ...item, query: asking.has(i) }));
}

/** At most so many of each class, by the first of a photo's classes, queries and others apart. */
function fewer(items: readonly DatasetItem[], perClass: number, { seed }: Split): DatasetItem[] {
  if (perClass === Infinity) return [...items];
  const left = new Map<string, number>();
  const order = seededRandom(seed).shuffle(items.map((_, i) => i));
  const taken = order.filter((i) => {
    const key = `${items[i].query} ${items[i].labels[0]}`;
    const count = left.get(key) ?? perClass;
    left.set(key, count - 1);
    return count > 0;
  });
  return taken.sort((a, b) => a - b).map((i) => items[i]);
}

/** Tells classes and queries from the names. */
export function label(found: readonly Found[], perClass = Infinity, split = PLAIN): DatasetItem[] {
  const paths = found
    .filter(
      ({ name }) =>
        PICTURES.has(extname(name).toLowerCase()) &&
        !name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX'),
    )
    .map((file) => ({ file, parts: file.name.split('/') }));
  // One folder around everything says nothing.
  const around =
    paths.length > 0 &&
    paths.every(({ parts }) => parts.length > 2 && parts[0] === paths[0].parts[0]) &&
    !isSplit(paths[0].parts[0])
      ? 1
      : 0;
  const isSplitAtAll =
    paths.some(({ parts }) => isSplit(parts[around])) && paths.every(({ parts }) => isSplit(parts[around]));
  const at = around + (isSplitAtAll ? 1 : 0);
  const classes = new Map<string, typeof paths>();
  for (const path of paths.toSorted((a, b) => (a.file.name < b.file.name ? -1 : 1))) {
    if (path.parts.length < at + 2) continue;
    const key = `${isSplitAtAll ? path.parts[around] : ''}/${path.parts[at]}`;
    classes.set(key, [...(classes.get(key) ?? []), path]);
  }
  const random = seededRandom(split.seed);
  const items: DatasetItem[] = [];
  for (const [key, members] of [...classes].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const order = random.shuffle(members.map((_, i) => i)).slice(0, Math.min(members.length, perClass));
    const queries = isSplitAtAll
      ? isQuerySplit(key.split('/')[0])
        ? order.length
        : 0
      : members.length < 2
        ? 0
        : Math.min(order.length - 1, split.queries ?? Math.max(1, Math.round(order.length * QUERY_SHARE)));
    order.forEach((member, i) => {
      const { file } = members[member];
      items.push({
        name: file.name,
        labels: [key.slice(key.indexOf('/') + 1)],
        query: i < queries,
        size: file.size,
        read: file.read,
      });
    });
  }
  return items.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function isSplit(name: string): boolean {
  return name === 'train' || isQuerySplit(name);
}

function isQuerySplit(name: string): boolean {
  return name === 'test' || name === 'val';
}

async function inFolder(root: string): Promise<Found[]> {
  const found: Found[] = [];
  for await (const entry of await opendir(root, { recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.push({
      name: path.slice(root.length).split(sep).filter(Boolean).join('/'),
      size: (await stat(path)).size,
      read: () => readFile(path),
    });
  }
  return found;
}

async function inZip(path: string): Promise<{ found: Found[]; close: () => void }> {
  const zip = await new Promise<ZipFile>((done, fail) => {
    openZip(path, { lazyEntries: true, autoClose: false }, (error, file) =>
      error
        ? fail(
            new LikenessError(
              'bad-input',
              `${path} is neither a folder nor a zip that can be read: ${error.message}.`,
              { cause: error },
            ),
          )
        : done(file),
    );
  });
  const found: Found[] = [];
  await new Promise<void>((done, fail) => {
    zip.on('entry', (entry: Entry) => {
      if (!entry.fileName.endsWith('/'))
        found.push({ name: entry.fileName, size: entry.uncompressedSize, read: () => readEntry(entry) });
      zip.readEntry();
    });
    zip.once('end', done);
    zip.once('error', fail);
    zip.readEntry();
  });
  const readEntry = (entry: Entry): Promise<Uint8Array> =>
    new Promise((done, fail) => {
      if (entry.uncompressedSize > MOST_BYTES) {
        fail(
          new LikenessError('unreadable', `${entry.fileName} says that it takes more than ${MOST_BYTES / 2 ** 20} MiB`),
        );
        return;
      }
      zip.openReadStream(entry, (error, stream) => {
        if (error) {
          fail(error);
          return;
        }
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.once('error', fail);
        stream.once('end', () => done(Buffer.concat(parts)));
      });
    });
  return { found, close: () => zip.close() };
}
