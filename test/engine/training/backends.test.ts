import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { missingSwiftShader, swiftShaderEnvironment } from '../../support/environment.ts';

interface Trained {
  name: string;
  losses: (number | Record<string, number>)[];
}

async function trainOn(backend: string | undefined, environment: object = {}): Promise<Trained> {
  const { stdout } = await promisify(execFile)(process.execPath, ['test/support/train-on-backend.ts'], {
    env: { ...process.env, ...(backend !== undefined && { LIKENESS_BACKEND: backend }), ...environment },
  });
  return JSON.parse(stdout) as Trained;
}

const flat = ({ losses }: Trained): number[] =>
  losses.flatMap((loss) => (typeof loss === 'number' ? [loss] : Object.values(loss)));

describe('The backend that trains', () => {
  it('is WebAssembly where there is no other', { timeout: 60_000 }, async () => {
    expect((await trainOn('wasm')).name).toBe('wasm');
  });

  it('is refused with a sentence where the one asked for is unknown or does not run', { timeout: 60_000 }, async () => {
    await expect(trainOn('cuda')).rejects.toThrow(/LIKENESS_BACKEND is "cuda"; expected tensorflow, webgpu, wasm/);
    await expect(trainOn('tensorflow')).rejects.toThrow(/The backend tensorflow does not run here/);
  });

  it.skipIf(missingSwiftShader())(
    'learns the same through WebGPU as through WebAssembly',
    { timeout: 180_000 },
    async () => {
      const [gpu, wasm] = await Promise.all([trainOn('webgpu', swiftShaderEnvironment), trainOn('wasm')]);
      expect(gpu.name).toMatch(/^webgpu \(/);
      const [a, b] = [flat(gpu), flat(wasm)];
      expect(a).toHaveLength(b.length);
      // Rounding differs, and a photo at the border of two centroids may fall on either side.
      a.forEach((loss, i) => expect(Math.abs(loss - b[i])).toBeLessThan(0.05 * Math.abs(b[i]) + 0.01));
    },
  );
});
