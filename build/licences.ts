// The licences of everything that comes with the application, as one text.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  packages: Record<string, { dev?: boolean; optional?: boolean; peer?: boolean; link?: boolean }>;
}
interface Manifest {
  name: string;
  version: string;
  license?: string | { type: string };
  author?: string | { name: string };
}

const FILES = /^(licen[cs]e|notice|copying|third.?party.?notices?)/i;

/** @param root of the project, where its packages are installed */
export function licencesOf(root: string): string {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Locked;
  // What is bundled into the page is installed for development alone, and comes along all the same.
  const bundled = ['svelte', 'bits-ui', '@lucide/svelte', 'mediabunny', 'i18next', '@internationalized/date'];
  const places = Object.entries(packages)
    .filter(([place, { dev }]) => place !== '' && (!dev || bundled.includes(place.slice('node_modules/'.length))))
    .map(([place]) => place)
    .sort();
  const parts = places.flatMap((place) => {
    let manifest: Manifest;
    let names: string[];
    try {
      manifest = JSON.parse(readFileSync(join(root, place, 'package.json'), 'utf8')) as Manifest;
      names = readdirSync(join(root, place)).filter((name) => FILES.test(name));
    } catch (error) {
      // Optional parts for other systems are not installed here.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    const { name, version, license } = manifest;
    const type = typeof license === 'string' ? license : (license?.type ?? 'not named');
    const texts = names.sort().map((file) => readFileSync(join(root, place, file), 'utf8').trim());
    return [[`${name} ${version} (${type})`, ...texts].join('\n\n')];
  });
  const own = readFileSync(join(root, 'LICENSE'), 'utf8').trim();
  return [`Likeness\n\n${own}`, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}
