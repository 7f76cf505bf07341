// Trains a small model of each variant on the backend that LIKENESS_BACKEND names; prints its losses as JSON.
import { contrastiveOptions, paperOptions } from '../../electron/deepquan/training/options.ts';
import { trainDeepQuan } from '../../electron/deepquan/training/trainer.ts';
import { chooseBackend } from '../../electron/engine/training/tensorflow-backend.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { clusteredFeatures } from './clustered-features.ts';

const name = await chooseBackend();
const features = clusteredFeatures(seededRandom(3), 5, 30, 32);
const losses = [];
for (const variant of [contrastiveOptions, paperOptions]) {
  const options = { ...variant, shape: { M: 2, ksub: 16, dsub: 8 }, middle: 32, epochs: 2, batch: 64, warmUp: 0 };
  const model = await trainDeepQuan(features, 32, options, {
    onEpoch: () => undefined,
    breathe: () => Promise.resolve(),
  });
  losses.push(...model.losses, model.quantizationError);
}
process.stdout.write(JSON.stringify({ name, losses }));
process.exit(0);
