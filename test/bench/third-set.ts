// A data set held out from all choices: pictures of 100 classes of a Tiny-ImageNet zip, none of which was among
// the 30 that settings were chosen on.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { evaluate } from '../../electron/faces/commands/evaluate.ts';
import { openDataset } from '../../electron/evaluation/dataset.ts';

/** Classes that settings were chosen on (ARCHITECTURE.md). */
const USED = new Set(
  (
    'n01644900 n01770393 n01910747 n02099601 n02106662 n02231487 n02321529 n02481823 n02769748 n02791270 n02814860 n03042490 n03126707 n03179701 n03250847 ' +
    'n03400231 n03763968 n03770439 n03983396 n04067472 n04149813 n04376876 n04487081 n06596364 n07711569 n07747607 n07768694 n07920052 n09193705 n09332890'
  ).split(' '),
);
const CLASSES = 100;
const EACH = 60;

export async function benchThirdSet(zip: string, model: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-third-'));
  const whole = await openDataset(zip, EACH);
  try {
    const chosen = new Set(
      [...new Set(whole.items.map(({ labels }) => labels[0]))].filter((label) => !USED.has(label)).slice(0, CLASSES),
    );
    for (const item of whole.items.filter(({ labels }) => chosen.has(labels[0]))) {
      mkdirSync(join(folder, item.labels[0]), { recursive: true });
      writeFileSync(join(folder, item.labels[0], basename(item.name)), await item.read());
    }
    const report = await evaluate(
      folder,
      {
        bits: [16, 32, 64],
        methods: ['pq', 'opq', 'deepquan', 'exact'],
        embedder: model,
        report: undefined,
        perClass: undefined,
        queries: undefined,
        seed: 1,
        depth: 1000,
        afresh: true,
      },
      { onProgress: () => undefined, onResult: () => undefined },
    );
    console.log(`  ${report.queries} queries against ${report.photos} photos of ${report.classes} classes`);
    for (const { method, bits, mAP, precisionAt10, variant } of report.results) {
      console.log(
        `  ${method.padEnd(9)} ${String(bits ?? '').padStart(3)}  mAP@1000 ${mAP.toFixed(4)}  P@10 ${precisionAt10.toFixed(4)}  ${variant}`,
      );
    }
  } finally {
    whole.close();
    rmSync(folder, { recursive: true });
  }
}
