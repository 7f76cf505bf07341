import { expect, it } from 'vitest';
import { environment } from '../../electron/contract/environment.ts';

it('A LIKENESS_ variable that is empty counts as not set', () => {
  expect(environment({ LIKENESS_PROVIDER: '', LIKENESS_BACKEND: '', LIKENESS_SCAN: '' })).toEqual(environment({}));
  const variables = { LIKENESS_BACKEND: 'wasm', LIKENESS_SCAN: 'scalar', LIKENESS_PROVIDER: 'cpu' };
  expect(environment({ ...variables, HF_ENDPOINT: 'https://mirror.example/', NO_PROXY: 'home' })).toEqual({
    backend: 'wasm',
    scan: 'scalar',
    provider: 'cpu',
    hub: 'https://mirror.example',
    noProxy: 'home',
  });
  expect(environment({}).hub).toBe('https://huggingface.co');
});
