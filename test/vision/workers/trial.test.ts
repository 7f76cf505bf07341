import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { builtInNetwork } from '../../../electron/vision/built-in.ts';
import { fastest, providersToTry, thisMachine } from '../../../electron/vision/providers.ts';
import { tryEmbedder, tryOtherProviders } from '../../../electron/vision/workers/trial.ts';
import { missingSwiftShader, swiftShaderEnvironment } from '../../support/environment.ts';
import { writeOnnxFile } from '../../support/onnx-files.ts';
import { temporaryFolder } from '../../support/pictures.ts';
import { say } from '../../../electron/contract/sentence.ts';

/** Sets variables for one test; the processes it starts inherit them. */
function withEnvironment(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    onTestFinished(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

describe('What runs a network', () => {
  it(
    'is tried, the processor first, and the fastest is taken; what does not start here is said',
    { timeout: 120_000 },
    async () => {
      withEnvironment({ LIKENESS_PROVIDER: undefined, VK_ICD_FILENAMES: '/nowhere' });
      const file = writeOnnxFile(join(temporaryFolder(), 'layout.onnx'), 'layout', 'Layout');
      const first = await tryEmbedder(file);
      expect(first.name).toBe('Layout');
      const trials = [...first.trials, ...(await tryOtherProviders(file, new AbortController().signal))];
      expect(trials[0]).toMatchObject({ provider: 'cpu', reason: null });
      expect(trials.map(({ provider }) => provider)).toEqual(providersToTry());
      for (const { milliseconds, reason } of trials) expect(milliseconds === null).toBe(reason !== null);
      expect(fastest(trials).milliseconds).toBe(Math.min(...trials.flatMap(({ milliseconds }) => milliseconds ?? [])));
    },
  );

  it('is what LIKENESS_PROVIDER says, and a sentence where that is unknown', () => {
    withEnvironment({ LIKENESS_PROVIDER: 'cpu' });
    expect(providersToTry()).toEqual(['cpu']);
    const machine = thisMachine();
    withEnvironment({ LIKENESS_PROVIDER: '' });
    expect(thisMachine()).not.toBe(machine);
    withEnvironment({ LIKENESS_PROVIDER: 'abacus' });
    expect(() => providersToTry()).toThrow(/LIKENESS_PROVIDER is "abacus"; expected cpu, /);
  });

  it('is no longer tried when that is broken off', async () => {
    withEnvironment({ LIKENESS_PROVIDER: undefined });
    const file = writeOnnxFile(join(temporaryFolder(), 'layout.onnx'), 'layout', 'Layout');
    // Broken off before it begins, and while a trial is under way, however long that would take.
    const early = new AbortController();
    early.abort(new Error('not wanted'));
    await expect(tryOtherProviders(file, early.signal)).rejects.toThrow('not wanted');
    const late = new AbortController();
    const trying = tryOtherProviders(file, late.signal);
    late.abort(new Error('not wanted any more'));
    await expect(trying).rejects.toThrow('not wanted any more');
  });

  it('is the fastest of those that could be used, or says what was wrong with each', () => {
    const tried = (provider: string, milliseconds: number | null) => ({
      provider,
      milliseconds,
      reason: milliseconds === null ? say`it does not start here` : null,
    });
    expect(fastest([tried('cpu', 5), tried('webgpu', null), tried('cuda', 2)])).toEqual({
      provider: 'cuda',
      milliseconds: 2,
    });
    expect(() => fastest([tried('cuda', null)])).toThrow(
      'Nothing here can run the network: cuda: it does not start here.',
    );
  });

  it.skipIf(missingSwiftShader())(
    'computes through WebGPU what it computes on the processor',
    { timeout: 240_000 },
    async () => {
      withEnvironment({ LIKENESS_PROVIDER: undefined, ...swiftShaderEnvironment });
      const trials = await tryOtherProviders(builtInNetwork, new AbortController().signal);
      // The trial itself compares the two; what differs has no time.
      expect(trials.find(({ provider }) => provider === 'webgpu')).toMatchObject({
        reason: null,
        milliseconds: expect.any(Number) as number,
      });
    },
  );
});
