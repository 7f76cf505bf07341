// The workflows run on machines of GitHub alone; here they are read as GitHub reads them.
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './support/pictures.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.github/workflows');
const names = readdirSync(folder);
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');

const faultsOf = (content: string): string[] =>
  parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter())
    .context.errors.getErrors()
    .map(({ message }) => message);

describe('A workflow', () => {
  it.each(names)('is one that GitHub understands: %s', (name) => {
    expect(faultsOf(textOf(name))).toEqual([]);
  });

  it('with a fault is told', () => {
    expect(faultsOf(textOf('check.yml').replace('runs-on:', 'run-on:'))).not.toEqual([]);
    expect(faultsOf(textOf('check.yml').replace('${{ matrix.runner }}', '${{ matrix.runner'))).not.toEqual([]);
  });

  it.each(names)('takes actions by their commits alone, and says which version that is: %s', (name) => {
    const used = [...textOf(name).matchAll(/uses: (.*)$/gm)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it.each(names)('may read the project and no more, but for the job that writes a draft: %s', (name) => {
    const permissions = [...textOf(name).matchAll(/^( *)permissions:\n +(.*)$/gm)].map(([, , what]) => what);
    expect(permissions).toEqual(name === 'release.yml' ? ['contents: read', 'contents: write'] : ['contents: read']);
  });

  it('runs scripts that are there and can be run', () => {
    const scripts = names.flatMap((name) =>
      [...textOf(name).matchAll(/(?<=run: .*)(?:build\/ci|\.ci)\/[\w.-]+/g)].map(([path]) => path),
    );
    expect(scripts.length).toBeGreaterThan(3);
    for (const script of scripts)
      accessSync(join(root, script), script.endsWith('.ts') ? constants.R_OK : constants.X_OK);
  });
});

describe('The scripts of the workflows', () => {
  it('say what the application is made of', () => {
    const file = join(temporaryFolder(), 'sbom.json');
    const write = (): string => {
      execFileSync(process.execPath, [join(root, 'build/ci/sbom.ts'), file], { stdio: 'pipe' });
      return readFileSync(file, 'utf8');
    };
    const first = write();
    expect(write()).toBe(first);
    const { bomFormat, components } = JSON.parse(first) as {
      bomFormat: string;
      components: { name: string }[];
    };
    expect(bomFormat).toBe('CycloneDX');
    const parts = components.map(({ name }) => name);
    expect(parts).toEqual(expect.arrayContaining(['better-sqlite3', 'sharp', 'onnxruntime-node']));
    expect(parts).not.toContain('vitest');
  });

  it('write checksums beside installers, and refuse a folder without any', () => {
    const place = temporaryFolder();
    const script = join(root, 'build/ci/checksums.sh');
    expect(spawnSync(script, [place]).status).toBe(1);
    writeFileSync(join(place, 'likeness.deb'), 'installer');
    execFileSync(script, [place]);
    expect(spawnSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: place, encoding: 'utf8' }).stdout).toContain(
      'likeness.deb: OK',
    );
  });

  it.each(readdirSync(join(root, 'build/ci')).filter((name) => name.endsWith('.sh')))(
    'are sound as the shell reads them: %s',
    (name) => {
      expect(spawnSync('bash', ['-n', join(root, 'build/ci', name)]).status).toBe(0);
    },
  );
});
