#!/usr/bin/env node
// Third face: the command line. The Node it runs on is checked before the rest is loaded.
import './check-node.ts';

const { runCommandLine } = await import('./command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
