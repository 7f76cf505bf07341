// Before all tests: the page is built, and what will be skipped is said, one line each.
import { execFileSync } from 'node:child_process';
import {
  missingArm,
  missingBrowser,
  missingClone,
  missingElectron,
  missingHub,
  missingMounts,
  missingNativeScan,
  missingPackaging,
  missingShared,
  missingSwiftShader,
} from './environment.ts';

export default async function setUp(): Promise<void> {
  execFileSync(process.execPath, ['build/compile.ts', '--if-needed'], { stdio: 'inherit' });
  for (const missing of [
    missingBrowser(),
    missingShared(),
    missingElectron(),
    missingPackaging(),
    missingSwiftShader(),
    missingNativeScan(),
    missingArm(),
    missingClone(),
    missingMounts(),
    await missingHub(),
  ]) {
    if (missing) console.log(`SKIPPED: ${missing}`);
  }
  const failure = missingBrowser() ?? missingNativeScan();
  if (process.env.CI === 'true' && failure) throw new Error(`In CI this is a failure: skipped would be ${failure}`);
}
