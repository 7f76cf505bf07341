// What somebody who is to help needs to know, without the names of files and folders: shown to the person, who may copy it.
import { readFileSync } from 'node:fs';
import { availableParallelism, release, totalmem } from 'node:os';
import type { Status } from '../../contract/status.ts';
import type { Sentence } from '../../contract/sentence.ts';
import { withoutNames } from './anonymous.ts';

/** Lines of the log that a report holds. */
export const LOG_LINES = 200;

export function versionOfLikeness(): string {
  const file = new URL('../../../package.json', import.meta.url);
  const outside = new URL('../../../../package.json', import.meta.url);
  for (const place of [file, outside]) {
    try {
      return (JSON.parse(readFileSync(place, 'utf8')) as { version: string }).version;
    } catch {
      // Compiled, it lies one folder deeper.
    }
  }
  return 'unknown';
}

/** The program and the machine, in one line. */
export function describeRuntime(): string {
  const { electron, node } = process.versions;
  const runtime = electron ? `Electron ${electron}, Node ${node}` : `Node ${node}`;
  const memory = Math.round(totalmem() / 2 ** 30);
  return `Likeness ${versionOfLikeness()} on ${process.platform} ${release()} ${process.arch}, ${availableParallelism()} processors, ${memory} GiB, ${runtime}`;
}

/**
 * @param problems why files could not be read
 * @param log its last lines
 */
export function writeReport(status: Status, problems: readonly Sentence[], bytes: number, log: string): string {
  const { folders, embedder, model, activity } = status;
  const away = folders.filter(({ available }) => !available).length;
  const kinds = new Map<string, number>();
  for (const problem of problems) {
    const kind = withoutNames(problem);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const lines = [
    describeRuntime(),
    `Library: ${status.photos} photos, ${status.waiting} wait, ${status.videosWaiting} videos wait, ${folders.length} folders, ${away} of them away, ${(bytes / 1e6).toFixed(1)} MB`,
    `Embedder: ${embedder.name}, ${embedder.dimensions} dimensions, ${embedder.speed?.provider ?? 'not yet tried'}`,
    `Model: ${model ? `${model.modelId}, ${model.bits} bits, of ${model.trainedOn} photos` : 'none'}; scan: ${status.scan}`,
    `Now: ${activity.doing}${activity.notice ? `; ${withoutNames(activity.notice)}` : ''}`,
    `Files that could not be read: ${status.problems}`,
    ...[...kinds].sort(([, a], [, b]) => b - a).map(([kind, count]) => `  ${count} × ${kind}`),
  ];
  return `${lines.join('\n')}\n\nLog\n${log}\n`;
}
