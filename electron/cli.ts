#!/usr/bin/env node
// Third face: the command line. The Node it runs on is checked before the rest is loaded.
import './faces/check-node.ts';

const { runCommandLine } = await import('./faces/commands/command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
