import { expect, it } from 'vitest';
import { environment } from '../../electron/contract/environment.ts';

it('A LIKENESS_ variable that is empty counts as not set', () => {
  expect(environment({ LIKENESS_PROVIDER: '', LIKENESS_BACKEND: '', LIKENESS_SCAN: '' })).toEqual(environment({}));
  expect(environment({ LIKENESS_BACKEND: 'wasm', LIKENESS_SCAN: 'scalar', LIKENESS_PROVIDER: 'cpu' })).toEqual({
    backend: 'wasm',
    scan: 'scalar',
    provider: 'cpu',
  });
});
