// P@10 of a folder that holds `labelled/<class>/`, by the given model and by the built-in descriptor.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { indexFolders } from '../../electron/faces/commands/index-folders.ts';
import { precisionAtTen } from './precision.ts';

export async function benchPrecision(photos: string, model: string): Promise<void> {
  for (const embedder of [model, 'built-in']) {
    const library = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
    const report = await indexFolders([photos], { library, embedder }, () => undefined);
    const { queries, features, codes, reranked } = await precisionAtTen(library);
    const show = (value: number | null): string => (value === null ? '-' : value.toFixed(4));
    console.log(
      `  ${embedder === model ? 'the ONNX model' : 'built-in'}: P@10 over ${queries} queries: features ${show(features)}, codes alone ${show(codes)}, re-ranked ${show(reranked)}`,
    );
    console.log(
      `    ${(report.photos / (report.seconds - (report.model?.seconds ?? 0))).toFixed(1)} photos a second, training ${report.model?.seconds.toFixed(1) ?? '-'} s`,
    );
    rmSync(library, { recursive: true });
  }
}
