import { expect, it } from 'vitest';
import { PictureComparison } from '../../../electron/engine/searching/picture-comparison.ts';

const picture = (name: string): Uint8Array => Buffer.from(name);

it('Pictures are compared once for each pair, in two parts where they are several', async () => {
  const asked: string[][] = [];
  const comparison = new PictureComparison({
    compare: (one, others) => {
      asked.push(others.map((other) => `${Buffer.from(one).toString()}-${Buffer.from(other).toString()}`));
      return Promise.resolve(others.map((other) => other[0] / 100));
    },
  });
  expect(await comparison.compare(picture('q'), ['a', 'b', 'c'].map(picture))).toEqual([0.97, 0.98, 0.99]);
  expect(asked).toEqual([['q-a', 'q-b'], ['q-c']]);
  // In any order, and with one that is new.
  expect(await comparison.compare(picture('q'), ['c', 'd', 'a'].map(picture))).toEqual([0.99, 1, 0.97]);
  expect(asked.slice(2)).toEqual([['q-d']]);
  // Another picture is another pair.
  await comparison.compare(picture('r'), [picture('a')]);
  expect(asked.slice(3)).toEqual([['r-a']]);
  expect(await comparison.compare(picture('r'), [])).toEqual([]);
  expect(asked).toHaveLength(4);
});
