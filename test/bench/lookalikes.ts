// Pictures that look alike at a few pixels and show something else: pages of text, forms that are filled in, slides of one talk, messages on
// a phone, drawings of one outline in other colours.
import sharp from 'sharp';
import { seededRandom, type Random } from '../../electron/numeric/random.ts';

const WORDS =
  'the of and to in is that it was for on are as with his they at be this have from or by hot but what some we can out other were all there when up use your how said each she which their time if will way about many then them write would like so these her long make thing see him two has look more day could go come did number sound no most people my over know water than call first who may down side been now find'.split(
    ' ',
  );

function words(random: Random, letters: number): string {
  let line = '';
  while (line.length < letters) line += `${WORDS[random.below(WORDS.length)]} `;
  return line.slice(0, letters);
}

const text = (x: number, y: number, size: number, content: string | number, colour = '#000'): string =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}">${content}</text>`;
const box = (x: number, y: number, width: number, height: number, colour: string): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${colour}"/>`;

/** Of one light. */
const COLOURS = ['#dd4040', '#2a8f2a', '#5f62ff', '#9a6b14', '#a84bc0', '#0d8796'];

/** Two of them, no pair of which comes again within thirty. */
function twoColours(at: number): [string, string] {
  const [first, apart] = [at % COLOURS.length, 1 + (Math.floor(at / COLOURS.length) % (COLOURS.length - 1))];
  return [COLOURS[first], COLOURS[(first + apart) % COLOURS.length]];
}

interface Kind {
  readonly width: number;
  readonly height: number;
  readonly shapes: (random: Random, at: number) => string;
}

const kinds: Record<string, Kind> = {
  page: {
    width: 794,
    height: 1123,
    shapes: (random) =>
      Array.from({ length: 45 }, (_, i) =>
        text(60, 80 + 22 * i, 15, words(random, i % 9 === 8 ? 20 + random.below(40) : 75)),
      ).join(''),
  },
  form: {
    width: 794,
    height: 1123,
    shapes: (random) =>
      box(40, 40, 714, 90, '#246') +
      text(60, 100, 44, 'Invoice', '#fff') +
      Array.from(
        { length: 12 },
        (_, i) =>
          box(60, 200 + 50 * i, 674, 40, i % 2 ? '#eee' : '#ddd') +
          text(70, 226 + 50 * i, 18, words(random, 10 + random.below(30))) +
          text(640, 226 + 50 * i, 18, random.below(10_000)),
      ).join(''),
  },
  slide: {
    width: 960,
    height: 540,
    shapes: (random) =>
      box(0, 0, 960, 90, '#923') +
      box(0, 500, 960, 40, '#923') +
      text(40, 62, 44, words(random, 12 + random.below(18)), '#fff') +
      Array.from({ length: 3 + random.below(4) }, (_, i) =>
        text(80, 160 + 60 * i, 30, words(random, 15 + random.below(35))),
      ).join(''),
  },
  messages: {
    width: 400,
    height: 866,
    shapes: (random) => {
      let drawn = box(0, 0, 400, 60, '#075') + text(20, 40, 24, 'Anna', '#fff') + box(0, 800, 400, 66, '#ddd');
      for (let y = 80; y < 740;) {
        const [isOwn, lines, width] = [random.below(2) === 1, 1 + random.below(4), 120 + random.below(200)];
        const x = isOwn ? 390 - width : 10;
        drawn += box(x, y, width, 22 * lines + 14, isOwn ? '#cfc' : '#e4e4e4');
        for (let i = 0; i < lines; i++)
          drawn += text(x + 10, y + 22 + 22 * i, 15, words(random, Math.floor(width / 9)));
        y += 22 * lines + 26;
      }
      return drawn;
    },
  },
  drawing: {
    width: 480,
    height: 480,
    shapes: (_random, at) => {
      const [ground, figure] = twoColours(at);
      const rays = Array.from(
        { length: 16 },
        (_, i) =>
          `<path d="M240 240 L${240 + 400 * Math.cos(i * 0.4)} ${240 + 400 * Math.sin(i * 0.4)}" stroke="#111" stroke-width="6"/>`,
      );
      return `${box(0, 0, 480, 480, ground)}${rays.join('')}<circle cx="240" cy="240" r="110" fill="${figure}"/>${text(190, 255, 40, 'STOP', '#fff')}`;
    },
  },
};

/** So many of each kind, no two of which are the same: JPEGs by their names. */
export async function drawLookalikes(count: number, seed: number): Promise<Map<string, Buffer>> {
  const random = seededRandom(seed);
  const drawn = new Map<string, Buffer>();
  for (const [kind, { width, height, shapes }] of Object.entries(kinds)) {
    for (let i = 0; i < count; i++) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${box(0, 0, width, height, '#fff')}${shapes(random, i)}</svg>`;
      drawn.set(`${kind} ${i}.jpg`, await sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer());
    }
  }
  return drawn;
}
