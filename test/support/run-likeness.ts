// The command line as a person runs it: a process of its own.
import { spawn } from 'node:child_process';

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

export function runLikeness(args: readonly string[], environment: Record<string, string> = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['electron/cli.ts', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    const run: Run = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (text: Buffer) => (run.stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (run.stderr += text.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...run, code }));
  });
}
