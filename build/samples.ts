// Draws the pictures of the first start anew: `node build/samples.ts`.
import { fileURLToPath } from 'node:url';
import { writeSamples } from './example-pictures.ts';

await writeSamples(
  fileURLToPath(new URL('../electron/engine/samples/pictures', import.meta.url)),
  ['sea', 'mountains', 'meadow'],
  5,
);
