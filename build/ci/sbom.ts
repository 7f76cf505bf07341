// Writes what the application is made of, as CycloneDX: node build/ci/sbom.ts FILE
//
// `npm sbom --omit dev` leaves out what development needs too (sharp, onnxruntime-node), so everything is asked for, and what the lockfile
// marks as needed for development alone is taken out here. Without a time and a number of its own, it is the same for the same commit.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Bom {
  serialNumber?: string;
  metadata: { timestamp?: string };
  components: { name: string; version: string; group?: string; 'bom-ref': string }[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

const root = join(import.meta.dirname, '../..');
const [file] = process.argv.slice(2);
if (!file) throw new Error('Name the file that it is to be written to.');

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, { version: string; dev?: boolean }>;
};
const needed = new Set(
  Object.entries(packages)
    .filter(([, { dev }]) => !dev)
    .map(([place, { version }]) => `${place.split('node_modules/').at(-1)}@${version}`),
);
const bom = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    shell: process.platform === 'win32',
  }),
) as Bom;
delete bom.serialNumber;
delete bom.metadata.timestamp;
bom.components = bom.components.filter(({ name, version }) => needed.has(`${name}@${version}`));
const kept = new Set(bom.components.map((component) => component['bom-ref']));
bom.dependencies = bom.dependencies
  .filter(({ ref }) => kept.has(ref) || ref.startsWith('likeness@'))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) }));
writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
