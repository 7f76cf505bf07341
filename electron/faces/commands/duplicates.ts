// The command `duplicates`: lists them. Nothing on the command line removes a photo.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { duplicateKinds, type DuplicateGroup, type DuplicateKind } from '../../contract/duplicates.ts';
import { listOf, oneOf, print, type CommonOptions } from './options.ts';
import { ProgressLine } from './progress-line.ts';

const TOLD: Record<DuplicateKind, string> = {
  copies: 'the same bytes',
  same: 'the same picture',
  bursts: 'one moment',
};

/** @param command with its library option */
export function describeDuplicates(command: Command): Command {
  return command
    .description(
      'photos that are there more than once: the same bytes, the same picture, or one moment; the largest gain first',
    )
    .option('--kind <list>', `some of ${duplicateKinds.join(', ')}`, listOf(oneOf(duplicateKinds)), [...duplicateKinds])
    .option('--json', 'print one JSON object')
    .action(async ({ library, kind, json }: CommonOptions & { kind: DuplicateKind[] }) => {
      const { listDuplicates } = await import('../../engine/reading/duplicates.ts');
      const progress = new ProgressLine(process.stderr);
      const groups = await listDuplicates(resolve(library), kind, (share) =>
        progress.showShare('Comparing', share),
      ).finally(() => progress.close());
      if (json) print({ groups });
      else describe(groups);
    });
}

function describe(groups: readonly DuplicateGroup[]): void {
  for (const { kind, files, gain } of groups) {
    console.log(`${TOLD[kind]}: ${files.length} files, ${megabytes(gain)} beside the first`);
    for (const { path, width, height, bytes } of files)
      console.log(`  ${width}x${height}  ${megabytes(bytes)}  ${path}`);
  }
  const bytes = groups.reduce((sum, { gain }) => sum + gain, 0);
  console.log(`${groups.length} groups, ${megabytes(bytes)} beside the first of each`);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
