// The licences of everything that comes with the application, as one text.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  packages: Record<string, { dev?: boolean }>;
}
interface Manifest {
  name: string;
  version: string;
  license?: string | { type: string };
}

const FILES = /^(licen[cs]e|notice|copying|third.?party.?notices?)/i;

/**
 * @param root of the project, where its packages are installed
 * @param bundled places below node_modules of packages that are bundled into the page: they are installed for development alone, and come
 * along all the same
 */
export function licencesOf(root: string, bundled: ReadonlySet<string>): string {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Locked;
  const places = Object.entries(packages)
    .filter(([place, { dev }]) => place !== '' && (!dev || bundled.has(place.slice('node_modules/'.length))))
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
    const type = typeof license === 'string' ? license : license?.type;
    const texts = names.sort().map((file) => readFileSync(join(root, place, file), 'utf8').trim());
    if (type === undefined && texts.length === 0) throw new Error(`${name} ${version} comes without a licence.`);
    return [[`${name} ${version}${type === undefined ? '' : ` (${type})`}`, ...texts].join('\n\n')];
  });
  const own = readFileSync(join(root, 'LICENSE'), 'utf8').trim();
  return [`Likeness\n\n${own}`, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}
