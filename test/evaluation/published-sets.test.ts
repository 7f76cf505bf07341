// Data sets in the forms that they are published in.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { create } from 'tar';
import { describe, expect, it } from 'vitest';
import { LikenessError } from '../../electron/contract/errors.ts';
import { openDataset } from '../../electron/evaluation/dataset.ts';
import { labelsOf, pickLabels, sharesLabel } from '../../electron/evaluation/labels.ts';
import { makePicture, temporaryFolder } from '../support/pictures.ts';
import { runLikeness } from '../support/run-likeness.ts';

const SIDE = 32;
const NAMES = ['airplane', 'automobile', 'bird'];

/** Red grows to the right, green downwards; blue says which picture it is. */
function planes(picture: number): Uint8Array {
  return Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => {
    const [plane, row, column] = [Math.floor(i / SIDE ** 2), Math.floor(i / SIDE) % SIDE, i % SIDE];
    return [8 * column, 8 * row, picture][plane];
  });
}
const labelOf = (picture: number): number => picture % 3;

function binaryBatch(pictures: readonly number[]): Buffer {
  return Buffer.concat(pictures.flatMap((picture) => [Buffer.of(labelOf(picture)), planes(picture)]));
}

/** As Python 2 pickles the dictionary of a batch, by protocol 2: strings are bytes, the array is built from its state. */
function pickledBatch(pictures: readonly number[]): Buffer {
  const text = (value: string): Buffer =>
    Buffer.concat([Buffer.from('U'), Buffer.of(value.length), Buffer.from(value)]);
  const name = (module: string, of: string): Buffer => Buffer.from(`c${module}\n${of}\n`);
  const number = (value: number): Buffer => Buffer.concat([Buffer.from('M'), Buffer.of(value & 255, value >> 8)]);
  const data = Buffer.concat(pictures.map(planes));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  const raw = (codes: string): Buffer => Buffer.from(codes, 'latin1');
  return Buffer.concat([
    raw('\x80\x02}q\x01('),
    text('batch_label'),
    text('training batch 1 of 5'),
    text('labels'),
    raw(']q\x05('),
    ...pictures.map((picture) => Buffer.of(0x4b, labelOf(picture))),
    raw('e'),
    text('data'),
    name('numpy.core.multiarray', '_reconstruct'),
    name('numpy', 'ndarray'),
    raw('K\x00\x85'),
    text('b'),
    raw('\x87R(K\x01'),
    number(pictures.length),
    number(3072),
    raw('\x86'),
    name('numpy', 'dtype'),
    text('u1'),
    raw('K\x00K\x01\x87R(K\x03'),
    text('|'),
    raw('NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T'),
    length,
    data,
    raw('tbu.'),
  ]);
}

function pickledNames(): Buffer {
  const text = (value: string): Buffer =>
    Buffer.concat([Buffer.from('U'), Buffer.of(value.length), Buffer.from(value)]);
  return Buffer.concat([
    Buffer.from('\x80\x02}(', 'latin1'),
    text('label_names'),
    Buffer.from(']('),
    ...NAMES.map(text),
    Buffer.from('eu.'),
  ]);
}

const forms = {
  binary: {
    folder: 'cifar-10-batches-bin',
    files: {
      'data_batch_1.bin': binaryBatch([0, 1, 2, 3]),
      'data_batch_2.bin': binaryBatch([200, 255]),
      'test_batch.bin': binaryBatch([5, 6]),
      'batches.meta.txt': Buffer.from(`${NAMES.join('\n')}\n\n`),
    },
  },
  Python: {
    folder: 'cifar-10-batches-py',
    files: {
      data_batch_1: pickledBatch([0, 1, 2, 3]),
      data_batch_2: pickledBatch([200, 255]),
      test_batch: pickledBatch([5, 6]),
      'batches.meta': pickledNames(),
    },
  },
};

describe.each(Object.entries(forms))("CIFAR-10's %s version", (_, { folder, files }) => {
  const lay = (): string => {
    const home = temporaryFolder();
    mkdirSync(join(home, folder));
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(home, folder, name), bytes);
    writeFileSync(join(home, folder, 'readme.html'), '<p>');
    return home;
  };

  it.each(['unpacked', 'archive'])('is read as it is published: %s', async (how) => {
    const home = lay();
    let path = join(home, folder);
    if (how === 'archive') {
      path = join(home, 'cifar-10.tar.gz');
      await create({ gzip: true, file: path, cwd: home }, [folder]);
    }
    const { items } = await openDataset(path);
    expect(items.map(({ labels, query }) => `${labels.join('+')}${query ? '?' : ''}`)).toEqual([
      ...['airplane', 'automobile', 'bird', 'airplane', 'bird', 'airplane'],
      ...['bird?', 'airplane?'],
    ]);
    const { data, info } = await sharp(await items[5].read())
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([SIDE, SIDE, 3]);
    const at = 3 * (SIDE * 7 + 20);
    expect([...data.subarray(at, at + 3)]).toEqual([160, 56, 255]);
  });

  it('is refused in words where it is cut short', async () => {
    const home = lay();
    const name = Object.keys(files)[0];
    writeFileSync(join(home, folder, name), Object.values(files)[0].subarray(0, 5000));
    await expect(openDataset(join(home, folder))).rejects.toThrow(new RegExp(`^${name}: expected `));
  });
});

it('An archive without CIFAR-10, and one that is none, are refused in words', async () => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'a.txt'), 'a');
  await create({ gzip: true, file: join(home, 'other.tar.gz'), cwd: home }, ['a.txt']);
  writeFileSync(join(home, 'none.tar.gz'), 'this is no archive');
  await expect(openDataset(join(home, 'other.tar.gz'))).rejects.toThrow(/holds no batches of CIFAR-10/);
  await expect(openDataset(join(home, 'none.tar.gz'))).rejects.toThrow(/holds no batches of CIFAR-10|cannot be read/);
});

describe('Lists', () => {
  it('name photos, their classes and who asks', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'a.jpg'), 'aa');
    const list = join(home, 'list.tsv');
    writeFileSync(list, '# NUS\na.jpg\tsky,water\tquery\nb c.jpg\twater\r\n/x/d.jpg\tcar\n');
    const { items } = await openDataset(list);
    expect(items.map(({ name, labels, query, size }) => [name, labels, query, size])).toEqual([
      ['a.jpg', ['sky', 'water'], true, 2],
      ['b c.jpg', ['water'], false, 0],
      ['/x/d.jpg', ['car'], false, 0],
    ]);
    expect(Buffer.from(await items[0].read()).toString()).toBe('aa');
    await expect(items[1].read()).rejects.toThrow(LikenessError);
  });

  it('draw queries by a seed where they name none', async () => {
    const list = join(temporaryFolder(), 'list.txt');
    writeFileSync(list, Array.from({ length: 50 }, (_, i) => `${i}.jpg\t${i % 3}`).join('\n'));
    const asking = async (split?: { seed: number; queries?: number }) =>
      (await openDataset(list, undefined, split)).items.filter(({ query }) => query).map(({ name }) => name);
    expect(await asking()).toHaveLength(5);
    expect(await asking()).toEqual(await asking({ seed: 1 }));
    expect(await asking({ seed: 2 })).not.toEqual(await asking({ seed: 1 }));
    expect(await asking({ seed: 2, queries: 20 })).toHaveLength(20);
  });

  it('are taken as published code has them: database.txt and test.txt, a 0 or 1 for each class', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'database.txt'), 'images/1 of 2.jpg 1 0 1\nimages/2.jpg 0 1 0\n');
    writeFileSync(join(home, 'test.txt'), 'images/3.jpg 0 0 1\n');
    const { items } = await openDataset(home);
    expect(items.map(({ name, labels, query }) => [name, labels, query])).toEqual([
      ['images/1 of 2.jpg', ['0', '2'], false],
      ['images/2.jpg', ['1'], false],
      ['images/3.jpg', ['2'], true],
    ]);
  });

  it('that are not both there are no lists', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'database.txt'), 'images/1.jpg 1 0\n');
    await expect(openDataset(home)).rejects.toThrow(/holds no labelled photos/);
  });

  it('are refused with the line that is wrong', async () => {
    const list = join(temporaryFolder(), 'list.txt');
    writeFileSync(list, 'a.jpg\tsky\nb.jpg sky\n');
    await expect(openDataset(list)).rejects.toThrow(/list\.txt, line 2: expected a path, a tab, classes/);
  });
});

it('Photos are alike that share a class, however many there are', () => {
  const labels = labelsOf([[0, 40], [40], [39], []], 41);
  const shared = (i: number, j: number): boolean => sharesLabel(labels, i, labels, j);
  expect([shared(0, 1), shared(0, 2), shared(1, 2), shared(3, 3), shared(2, 2)]).toEqual([
    true,
    false,
    false,
    false,
    true,
  ]);
  const picked = pickLabels(labels, Int32Array.of(2, 0));
  expect([sharesLabel(picked, 1, labels, 1), sharesLabel(picked, 0, labels, 1)]).toEqual([true, false]);
});

it('likeness eval runs a list of photos with several classes, at a depth', { timeout: 60_000 }, async () => {
  const home = temporaryFolder();
  const lines: string[] = [];
  for (let seed = 0; seed < 48; seed++) {
    writeFileSync(join(home, `${seed}.jpg`), await makePicture(seed));
    lines.push(`${seed}.jpg\tkind ${seed % 6},${seed % 2 ? 'odd' : 'even'}${seed < 6 ? '\tquery' : ''}`);
  }
  lines.push('gone.jpg\tkind 1');
  writeFileSync(join(home, 'list.txt'), lines.join('\n'));
  const args = ['eval', join(home, 'list.txt'), '--methods', 'exact', '--depth', '5'];
  const run = await runLikeness(args, { XDG_CACHE_HOME: temporaryFolder() });
  expect(run.stdout).toMatch(/6 queries against 42 photos; could not be read: 1\nmethod +bits +bytes +mAP@5 /);
  // Half of all photos are as odd as the query; by kind, those found first.
  expect(Number(/exact.*?(0\.\d{4}|1\.0000)/.exec(run.stdout)![1])).toBeGreaterThan(0.85);
});
