import { expect, it } from 'vitest';
import { ActiveModel } from '../../../electron/engine/codes/active-model.ts';
import { measureDrift } from '../../../electron/engine/models/drift.ts';
import { isHeldOut } from '../../../electron/engine/models/samples.ts';
import { temporaryFolder, writePictures } from '../../support/pictures.ts';
import { openEngine } from '../../support/engines.ts';

it('Drift is the quantization error of new photos over that of older ones that were not learned from', async () => {
  const folder = temporaryFolder();
  await writePictures(folder, 200);
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  const { library } = engine;
  const row = library.models.find(1, 'active')!;
  const regions = library.features.regionIds(1);
  const border = regions[119];
  // As though it had been trained when there were 120 photos: the other 80 are new.
  const model = ActiveModel.of({ ...row, newestRegion: border });
  await model.readCodes(library);
  const errorOf = (ids: number[]): number => {
    const decoded = model.decodedOf(ids);
    const errors = [...library.codes.hiddenOf(model.id, ids)].map(([id, hidden]) => {
      const code = decoded.get(id)!;
      const lost = hidden.reduce((sum, value, i) => sum + (value - code[i]) ** 2, 0);
      return lost / hidden.reduce((sum, value) => sum + value ** 2, 0);
    });
    return errors.reduce((sum, one) => sum + one, 0) / errors.length;
  };
  const older = regions.filter((id) => id <= border && isHeldOut(id));
  expect(older.length).toBeGreaterThan(2);
  const drift = measureDrift(library, model, 1, isHeldOut)!;
  expect(drift.photos).toBe(80);
  expect(drift.ratio).toBeCloseTo(errorOf(regions.filter((id) => id > border)) / errorOf(older), 4);
  // Too few to tell.
  expect(measureDrift(library, ActiveModel.of({ ...row, newestRegion: regions[150] }), 1, isHeldOut)).toBeUndefined();
  expect(measureDrift(library, model, 1, () => false)).toBeUndefined();
});
