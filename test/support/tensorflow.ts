// TensorFlow.js on its WASM backend, for tests of the pure parts.
import { beforeAll } from 'vitest';
import { chooseBackend } from '../../electron/engine/training/tensorflow-backend.ts';

export function useTensorFlow(): void {
  beforeAll(async () => {
    await chooseBackend();
  });
}
