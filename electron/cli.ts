#!/usr/bin/env node
// Third face: the command line. This file checks the Node it runs on before it loads the rest.
import { nodeTooOld } from './node-version.ts';

const complaint = nodeTooOld(process.versions.node);
if (complaint) {
  console.error(complaint);
  process.exit(1);
}
// Calls into native code (decoding, inference) each take a thread of this pool while they run.
process.env.UV_THREADPOOL_SIZE ??= '16';
const { runCommandLine } = await import('./command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
