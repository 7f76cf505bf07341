import { expect, it } from 'vitest';
import { openEngine } from '../support/engines.ts';

it('The pictures of the first start are really searched: each finds those of its kind before all others', async () => {
  const engine = await openEngine({ watching: false });
  const { sampleIds } = engine.methods.listSamples();
  expect(sampleIds).toEqual([1, 2, 3]);
  // Drawn in turn: sea, mountains, meadow.
  for (const sampleId of sampleIds) {
    const found = await engine.methods.searchSamples({ sampleId });
    expect(found.sampleIds.map((id) => id % 3)).toEqual(Array(4).fill(sampleId % 3));
    expect(found.sampleIds).not.toContain(sampleId);
  }
  expect((await engine.getMedia({ kind: 'sample', id: 1 })).length).toBeGreaterThan(1000);
  await expect(engine.methods.searchSamples({ sampleId: 99 })).rejects.toThrow('There is no such picture.');
  await expect(engine.getMedia({ kind: 'sample', id: 99 })).rejects.toThrow('There is no such picture.');
  // They are no photos of the library.
  expect(engine.methods.getStatus().photos).toBe(0);
});
