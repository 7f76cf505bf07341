import { describe, expect, it } from 'vitest';
import { createCodeIndex, indexLevel, indexLevels } from '../../../electron/engine/codes/choose-code-index.ts';
import type { MeasuredPoint } from '../../../electron/contract/models.ts';
import { chooseOperatingPoint } from '../../../electron/engine/models/operating-points.ts';
import { nativeVectorIndexes } from '../../../electron/engine/codes/native-vector-index.ts';
import { measureRecall } from '../../../electron/engine/training/recall.ts';
import { chooseBackend } from '../../../electron/engine/training/tensorflow-backend.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { Library } from '../../../electron/library/library.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { temporaryFolder, writePictures } from '../../support/pictures.ts';
import { openEngine, photoAt, searchBy } from '../../support/engines.ts';

const row = (codes: MeasuredPoint['codes'], rerank: number, recall: number, milliseconds: number): MeasuredPoint => ({
  codes,
  rerank,
  recall,
  milliseconds,
});

describe('Operating points', () => {
  it('chooses the best that answers in time, and of what is as good the fastest', () => {
    const rows = [
      row('8-bit', 0, 0.8, 1),
      row('8-bit', 300, 0.975, 4),
      row('8-bit', 1000, 0.99, 12),
      row('4-bit', 300, 0.979, 2),
      row('4-bit', 1000, 0.985, 9),
    ];
    expect(chooseOperatingPoint(rows)).toMatchObject({ codes: '4-bit', rerank: 1000 });
    expect(chooseOperatingPoint(rows.slice(0, 4))).toMatchObject({ codes: '4-bit', rerank: 300 });
  });

  it('takes the codes that tell more where nobody would notice the time', () => {
    expect(
      chooseOperatingPoint([row('8-bit', 100, 1, 0.9), row('8-bit', 300, 1, 1.4), row('4-bit', 100, 1, 0.6)]),
    ).toMatchObject({ codes: '8-bit', rerank: 100 });
  });

  it('takes the fastest where nothing answers in time', () => {
    expect(chooseOperatingPoint([row('8-bit', 0, 0.8, 30), row('4-bit', 0, 0.7, 20)])).toMatchObject({
      codes: '4-bit',
      rerank: 0,
    });
  });

  it('is measured of every model, kept, and shown; what it chose is what answers', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    const paths = await writePictures(folder, 260);
    const libraryPath = temporaryFolder();
    const engine = await openEngine({ libraryPath });
    await engine.indexOnce([folder]);
    const { operatingPoints } = engine.methods.getStatus().model!;
    expect(operatingPoints).toMatchObject({ photos: 260, sample: 260, queries: 100, level: indexLevels.at(-1) });
    expect(operatingPoints!.rows.map(({ codes, rerank }) => `${codes} ${rerank}`)).toEqual([
      '8-bit 0',
      '8-bit 100',
      '8-bit 300',
      '8-bit 1000',
      '4-bit 0',
      '4-bit 100',
      '4-bit 300',
      '4-bit 1000',
    ]);
    for (const kind of ['8-bit', '4-bit']) {
      const recalls = operatingPoints!.rows.filter(({ codes }) => codes === kind).map(({ recall }) => recall);
      expect(recalls).toEqual(recalls.toSorted((a, b) => a - b));
      // All there are have been ordered anew.
      expect(recalls[2]).toBe(1);
    }
    const ask = async (of: Engine, codesOnly: boolean): Promise<number[]> => {
      const { by, results } = await of.methods.searchPhotos(
        searchBy({ photoId: photoAt(of, paths[7]) }, 100, codesOnly),
      );
      expect(by).toBe('codes');
      return results.map(({ score }) => score);
    };
    await engine.close();

    const withOperatingPoint = async (codes: '8-bit' | '4-bit', photos: number): Promise<Engine> => {
      const library = Library.open(libraryPath);
      library.models.setOperatingPoint(
        library.models.find(1, 'active')!.id,
        JSON.stringify({ ...operatingPoints, photos, chosen: { codes, rerank: 100 } }),
      );
      library.close();
      return openEngine({ libraryPath, watching: false });
    };
    // The other codes answer, too: they say something else, and go on answering when photos come.
    const fine = await withOperatingPoint('8-bit', 260);
    const saidByFine = await ask(fine, true);
    await fine.close();
    const fast = await withOperatingPoint('4-bit', 260);
    expect(await ask(fast, true)).not.toEqual(saidByFine);
    await writePictures(folder, 2, 500);
    await fast.indexOnce([folder]);
    for (const codesOnly of [true, false]) {
      const { results } = await fast.methods.searchPhotos(
        searchBy({ photoId: photoAt(fast, paths[0]) }, 261, codesOnly),
      );
      expect(results).toHaveLength(261);
    }
    await fast.close();

    // Measured anew when the library has grown, it turns to the codes it then chooses while the engine runs: from one of the two at least.
    for (const codes of ['8-bit', '4-bit'] as const) {
      const measuring = await withOperatingPoint(codes, 100);
      await measuring.indexOnce([folder]);
      expect(measuring.methods.getStatus().model!.operatingPoints!.photos).toBe(262);
      const answers = [await ask(measuring, true), await ask(measuring, false)];
      await measuring.close();
      const fresh = await openEngine({ libraryPath, watching: false });
      expect([await ask(fresh, true), await ask(fresh, false)]).toEqual(answers);
      await fresh.close();
    }
  });
});

describe('Recall', () => {
  it(
    'is all where everything is looked at, and falls with fewer candidates and coarser codes',
    { timeout: 60_000 },
    async () => {
      await chooseBackend();
      const random = seededRandom(1);
      const hidden = Float32Array.from({ length: 500 * 8 }, () => random.normal());
      const fine = { M: 4, ksub: 256, dsub: 2, centroids: Float32Array.from({ length: 2048 }, () => random.normal()) };
      const coarse = { M: 2, ksub: 16, dsub: 4, centroids: Float32Array.from({ length: 128 }, () => random.normal()) };
      const [ten, fifty, all] = await measureRecall(hidden, 40, 10, fine, [10, 50, 500]);
      expect(all).toBe(1);
      expect(ten).toBeGreaterThan(0.5);
      expect(fifty).toBeGreaterThan(ten);
      expect((await measureRecall(hidden, 40, 10, coarse, [10]))[0]).toBeLessThan(ten);
      // The native index, where it was built, finds the same truth.
      const makeVectorIndex = nativeVectorIndexes(1);
      if (makeVectorIndex)
        expect((await measureRecall(hidden, 40, 10, fine, [10], makeVectorIndex))[0]).toBeCloseTo(ten, 2);
    },
  );
});

describe('The scan that is used', () => {
  it('is the best there is, or what LIKENESS_SCAN says, or a refusal in words', () => {
    const before = process.env.LIKENESS_SCAN;
    try {
      delete process.env.LIKENESS_SCAN;
      expect(createCodeIndex(8, 256).level).toBe(indexLevels.at(-1));
      process.env.LIKENESS_SCAN = 'typescript';
      expect(createCodeIndex(8, 256).level).toBe('typescript');
      process.env.LIKENESS_SCAN = 'abacus';
      expect(() => indexLevel()).toThrow(/LIKENESS_SCAN is "abacus". Expected one of typescript/);
    } finally {
      if (before === undefined) delete process.env.LIKENESS_SCAN;
      else process.env.LIKENESS_SCAN = before;
    }
  });
});
