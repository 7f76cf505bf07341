// Ten thousand damaged files of all kinds: none may crash a reader, take more than 30 s, or more than 1 GiB.
import { filesOfEveryKind, fuzzFiles } from '../support/fuzz-files.ts';

const CASES = 10_000;

/** @param others a folder of files of kinds that cannot be made here */
export async function benchFuzz(others: string): Promise<void> {
  const files = await filesOfEveryKind(others);
  const start = performance.now();
  const seeds = Array.from({ length: CASES }, (_, i) => CASES - 1 - i);
  const { cases, read, refused, givenUp, faults, slowest, largest } = await fuzzFiles(files, seeds, 2);
  console.log(`  ${files.size} kinds: ${[...files.keys()].join(', ')}`);
  console.log(
    `  ${cases} damaged files in ${((performance.now() - start) / 1000).toFixed(0)} s: ${read} read as far as they go, ${refused} refused (${givenUp} of them given up for time or memory), ${faults.length} faults; slowest ${(slowest / 1000).toFixed(1)} s, largest reader ${largest.toFixed(0)} MiB`,
  );
  for (const fault of faults.slice(0, 20)) console.log(`    ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
