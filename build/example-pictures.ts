// Pictures for the README's screenshots, drawn by rule so that they look a little like photographs: seascapes, mountains, woods, towns, meadows, deserts.
import { copyFileSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { seededRandom, type Random } from '../electron/numeric/random.ts';

type Scene = (random: Random, width: number, height: number) => string;

const between = (random: Random, low: number, high: number): number => low + random.uniform() * (high - low);
const hsl = (h: number, s: number, l: number): string => `hsl(${h.toFixed(0)} ${s.toFixed(0)}% ${l.toFixed(0)}%)`;

function sky(id: string, top: string, bottom: string): string {
  return `<defs><linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#${id})"/>`;
}

function ridge(random: Random, width: number, height: number, base: number, rough: number, fill: string): string {
  const points = Array.from({ length: 14 }, (_, i) => `${(i * width) / 13},${base - random.uniform() * rough}`);
  return `<polygon points="0,${height} ${points.join(' ')} ${width},${height}" fill="${fill}"/>`;
}

const scenes: Scene[] = [
  (random, w, h) => {
    const hue = between(random, 10, 40);
    const horizon = h * between(random, 0.5, 0.65);
    const glints = Array.from(
      { length: 26 },
      () =>
        `<rect x="${between(random, 0, w)}" y="${between(random, horizon, h)}" width="${between(random, 20, 90)}" height="2" fill="#fff" opacity="0.25"/>`,
    );
    return `${sky('s', hsl(230, 45, 38), hsl(hue, 85, 66))}<circle cx="${between(random, w * 0.2, w * 0.8)}" cy="${horizon - 20}" r="${between(random, 22, 40)}" fill="${hsl(hue + 10, 100, 80)}"/><rect y="${horizon}" width="100%" height="100%" fill="${hsl(215, 45, 30)}"/>${glints.join('')}`;
  },
  (random, w, h) =>
    `${sky('s', hsl(205, 60, 60), hsl(200, 50, 88))}${ridge(random, w, h, h * 0.55, h * 0.35, hsl(215, 18, 62))}${ridge(random, w, h, h * 0.7, h * 0.3, hsl(218, 20, 42))}${ridge(random, w, h, h * 0.9, h * 0.2, hsl(150, 25, 24))}`,
  (random, w, h) => {
    const trees = Array.from({ length: 34 }, () => {
      const [x, top, wide] = [between(random, 0, w), between(random, h * 0.1, h * 0.5), between(random, 30, 70)];
      return `<polygon points="${x},${top} ${x - wide},${h} ${x + wide},${h}" fill="${hsl(between(random, 105, 150), 40, between(random, 14, 32))}"/>`;
    });
    return `${sky('s', hsl(140, 20, 70), hsl(80, 35, 80))}${trees.join('')}`;
  },
  (random, w, h) => {
    const houses = Array.from({ length: 12 }, (_, i) => {
      const [x, top] = [(i * w) / 12, between(random, h * 0.25, h * 0.65)];
      const panes = Array.from(
        { length: 8 },
        (_p, p) =>
          `<rect x="${x + 12 + (p % 2) * 22}" y="${top + 18 + Math.floor(p / 2) * 34}" width="12" height="16" fill="${random.uniform() > 0.4 ? '#ffe9a8' : '#2b2f3a'}"/>`,
      );
      return `<rect x="${x}" y="${top}" width="${w / 12 - 3}" height="${h}" fill="${hsl(between(random, 220, 250), 16, between(random, 20, 36))}"/>${panes.join('')}`;
    });
    return `${sky('s', hsl(245, 40, 16), hsl(275, 35, 40))}${houses.join('')}`;
  },
  (random, w, h) => {
    const horizon = h * between(random, 0.35, 0.5);
    const flowers = Array.from({ length: 160 }, () => {
      const y = between(random, horizon + 8, h);
      return `<circle cx="${between(random, 0, w)}" cy="${y}" r="${2 + ((y - horizon) / h) * 12}" fill="${hsl([350, 50, 285][random.below(3)], 80, 62)}"/>`;
    });
    return `${sky('s', hsl(205, 75, 62), hsl(195, 70, 88))}<rect y="${horizon}" width="100%" height="100%" fill="${hsl(95, 45, 38)}"/>${flowers.join('')}`;
  },
  (random, w, h) =>
    `${sky('s', hsl(200, 55, 70), hsl(40, 70, 85))}${ridge(random, w, h, h * 0.65, h * 0.15, hsl(32, 55, 62))}${ridge(random, w, h, h * 0.78, h * 0.12, hsl(28, 58, 52))}${ridge(random, w, h, h * 0.95, h * 0.15, hsl(24, 60, 42))}`,
];
/** What a lens and a film add: light that is not even, texture, grain, and darker corners. */
function film(random: Random): string {
  const seed = random.below(1000);
  const clouds = `<filter id="c" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency="0.006 0.014" numOctaves="5" seed="${seed}"/><feColorMatrix values="0 0 0 0 1  0 0 0 0 1  0 0 0 0 0.96  0 2.4 0 0 -1.15"/></filter>`;
  const rough = `<filter id="r" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency="0.05 0.09" numOctaves="4" seed="${seed + 1}"/><feColorMatrix values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  0 1.6 0 0 -0.62"/></filter>`;
  const grain = `<filter id="g" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency="0.9" numOctaves="2" seed="${seed + 2}"/><feColorMatrix values="0 0 0 0 0.5  0 0 0 0 0.5  0 0 0 0 0.5  0 1.2 0 0 -0.45"/></filter>`;
  const corners = `<radialGradient id="v" cx="0.5" cy="0.45" r="0.75"><stop offset="0.55" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="0.45"/></radialGradient>`;
  const fades = `<linearGradient id="d" x1="0" y1="0" x2="0" y2="1"><stop offset="0.1" stop-color="#fff"/><stop offset="0.5" stop-color="#000"/></linearGradient><linearGradient id="u" x1="0" y1="0" x2="0" y2="1"><stop offset="0.35" stop-color="#000"/><stop offset="0.75" stop-color="#fff"/></linearGradient><mask id="m"><rect width="100%" height="100%" fill="url(#d)"/></mask><mask id="n"><rect width="100%" height="100%" fill="url(#u)"/></mask>`;
  const layer = (filter: string, opacity: number, mask = ''): string =>
    `<g opacity="${opacity}" ${mask}><rect width="100%" height="100%" filter="url(#${filter})"/></g>`;
  return `<defs>${clouds}${rough}${grain}${corners}${fades}</defs>${layer('c', 0.5, 'mask="url(#m)"')}${layer('r', 0.5, 'mask="url(#n)"')}${layer('g', 0.3)}<rect width="100%" height="100%" fill="url(#v)"/>`;
}

const names = ['sea', 'mountains', 'woods', 'town', 'meadow', 'desert'];

/** Writes so many pictures into a folder, over some months. */
export async function writeExamplePictures(folder: string, count: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(2026);
  for (let i = 0; i < count; i++) {
    const kind = random.below(scenes.length);
    const [width, height] = random.uniform() < 0.25 ? [480, 640] : [720, 480];
    const path = join(folder, `${names[kind]} ${i}.jpg`);
    await draw(random, kind, width, height).toFile(path);
    const date = new Date(Date.UTC(2026, 5, 28, 12) - i * 11 * 3_600_000);
    utimesSync(path, date, date);
  }
}

/** Copies and edits of some of them, in folders beside them. */
export async function writeExampleEdits(folder: string): Promise<void> {
  const pictures = readdirSync(folder)
    .filter((name) => name.endsWith('.jpg'))
    .sort();
  const [first, second, third] = [11, 95, 190].map((at) => pictures[at]) as [string, string, string];
  const edited = (name: string): Sharp => sharp(join(folder, name)).resize({ width: 480 }).jpeg({ quality: 80 });
  for (const name of ['edited', 'old phone']) mkdirSync(join(folder, name));
  await edited(first)
    .greyscale()
    .toFile(join(folder, 'edited', first.replace('.', ' black and white.')));
  await edited(first)
    .extract({ left: 30, top: 20, width: 400, height: 260 })
    .toFile(join(folder, 'edited', first.replace('.', ' cut.')));
  await edited(second).toFile(join(folder, 'old phone', second));
  copyFileSync(join(folder, third), join(folder, 'old phone', third));
}

/** Some pictures of some kinds, small, for the first start: 1.jpg and so on, those of one kind apart from each other. */
export async function writeSamples(folder: string, kinds: readonly string[], ofEach: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(2027);
  for (let i = 0; i < kinds.length * ofEach; i++) {
    const kind = names.indexOf(kinds[i % kinds.length]);
    await draw(random, kind, 720, 480)
      .resize(360)
      .jpeg({ quality: 80 })
      .toFile(join(folder, `${i + 1}.jpg`));
  }
}

function draw(random: Random, kind: number, width: number, height: number): Sharp {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${scenes[kind](random, width, height)}${film(random)}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 88 });
}
