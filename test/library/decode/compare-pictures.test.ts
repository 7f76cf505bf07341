import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { comparePictures, comparePlaces, compareSmall } from '../../../electron/library/decode/compare-pictures.ts';
import { seePicture } from '../../../electron/library/decode/small-picture.ts';
import { COPIES } from '../../../electron/numeric/picture-correlation.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { drawScene } from '../../support/duplicates.ts';
import { makePicture } from '../../support/pictures.ts';

const draw = (width: number, height: number, shapes: string): Promise<Buffer> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/>${shapes}</svg>`,
    ),
  )
    .jpeg({ quality: 90 })
    .toBuffer();

/** A form with one heading and lines in the same places, whose words are others by the seed. */
function drawForm(seed: number): Promise<Buffer> {
  const random = seededRandom(seed);
  let shapes = '<rect x="20" y="20" width="320" height="50" fill="#246"/>';
  for (let line = 0; line < 20; line++) {
    for (let x = 30; x < 250;) {
      const width = 6 + random.below(40);
      shapes += `<rect x="${x}" y="${95 + 20 * line}" width="${width}" height="8" fill="#111"/>`;
      x += width + 6;
    }
  }
  return draw(360, 512, shapes);
}

/** The sun over water, whose waves are others by the seed. */
function drawSun(seed: number): Promise<Buffer> {
  const random = seededRandom(seed);
  let shapes = '<rect width="400" height="300" fill="#5a6a8a"/><circle cx="200" cy="120" r="36" fill="#ffe9b0"/>';
  for (let i = 0; i < 160; i++) {
    const [x, y] = [random.below(400), random.below(300)];
    shapes += `<ellipse cx="${x}" cy="${y}" rx="${6 + random.below(16)}" ry="${2 + random.below(5)}" fill="#000" opacity="0.14"/>`;
  }
  return draw(400, 300, shapes);
}

const edits: Record<string, (picture: Sharp) => Sharp> = {
  'of less quality': (picture) => picture.jpeg({ quality: 30 }),
  'at half the size': (picture) => picture.resize(180),
  brighter: (picture) => picture.linear(1.2, 0),
  mirrored: (picture) => picture.flop(),
  'with a border': (picture) => picture.extend({ top: 20, bottom: 20, left: 20, right: 20, background: '#fff' }),
  'turned by two degrees': (picture) => picture.rotate(2, { background: '#888' }),
};

const edited = (picture: Buffer): Promise<Buffer[]> =>
  Promise.all(Object.values(edits).map((edit) => edit(sharp(picture)).jpeg().toBuffer()));

/** Whether each of some is the same picture, as it is told where duplicates are looked for. */
async function same(picture: Buffer, others: readonly Buffer[]): Promise<boolean[]> {
  const small = async (jpeg: Buffer) => (await seePicture(sharp(jpeg))).small;
  const [matches] = compareSmall([
    {
      picture: await small(picture),
      others: await Promise.all(others.map(async (other) => ({ picture: await small(other), turned: false }))),
    },
  ]) as [ReturnType<typeof compareSmall>[number]];
  const asked = others.map((other, i) => ({ picture: other, match: matches[i] }));
  const [agree] = (await comparePlaces([{ picture, others: asked }])) as [boolean[]];
  return matches.map(({ value }, i) => value >= COPIES && agree[i]);
}

describe('The same picture', () => {
  it('is one that was edited', async () => {
    const scene = await drawScene(5);
    const answers = await same(scene, await edited(scene));
    expect(Object.keys(edits).filter((_, i) => !answers[i])).toEqual([]);
  });

  it('is one in other colours, as edits make them', async () => {
    const scene = await drawScene(5);
    const recoloured = {
      'in black and white': sharp(scene).greyscale(),
      'in sepia': sharp(scene).recomb([
        [0.393, 0.769, 0.189],
        [0.349, 0.686, 0.168],
        [0.272, 0.534, 0.131],
      ]),
      warmer: sharp(scene).recomb([
        [1.12, 0, 0],
        [0, 1, 0],
        [0, 0, 0.82],
      ]),
      'of stronger colours': sharp(scene).modulate({ saturation: 1.6 }),
      'brighter, so that some of it is cut off': sharp(scene).linear(4 / 3),
      'cut, and in weaker colours': sharp(scene)
        .extract({ left: 64, top: 48, width: 512, height: 384 })
        .modulate({ saturation: 0.5 }),
    };
    const answers = await same(
      scene,
      await Promise.all(Object.values(recoloured).map((made) => made.jpeg().toBuffer())),
    );
    expect(Object.keys(recoloured).filter((_, i) => !answers[i])).toEqual([]);
  });

  it('is no drawing of the same light in which something has another colour, or all of it has', async () => {
    const shapes = (ground: string, dot: string) =>
      `<rect width="400" height="300" fill="${ground}"/>` +
      Array.from(
        { length: 12 },
        (_, i) => `<path d="M${i * 37} 0 l${(i * 29) % 60} 300" stroke="#111" stroke-width="5"/>`,
      ).join('') +
      `<circle cx="190" cy="150" r="30" fill="${dot}"/>`;
    // All of one light.
    const [red, green, blue] = ['#d84040', '#2c8f2c', '#5a5aff'] as const;
    const drawing = await draw(400, 300, shapes(red, green));
    const others = await Promise.all(
      [shapes(red, blue), shapes(green, red), shapes(blue, green)].map((drawn) => draw(400, 300, drawn)),
    );
    expect(await same(drawing, [drawing, ...others])).toEqual([true, false, false, false]);
  });

  it('is a sun over water that was edited, and no other with as large a sun', async () => {
    const sun = await drawSun(1);
    const answers = await same(sun, await edited(sun));
    expect(Object.keys(edits).filter((_, i) => !answers[i])).toEqual([]);
    const others = await Promise.all([2, 3, 4, 5].map(drawSun));
    expect(await same(sun, others)).toEqual([false, false, false, false]);
  });

  it('is a form that was edited, and no other that has the same lines', async () => {
    const form = await drawForm(1);
    const kept = Object.fromEntries((await same(form, await edited(form))).map((is, i) => [Object.keys(edits)[i], is]));
    expect(kept).toMatchObject({ 'of less quality': true, 'at half the size': true, brighter: true });
    const others = await Promise.all([2, 3, 4, 5].map(drawForm));
    const correlations = compareSmall([
      {
        picture: (await seePicture(sharp(form))).small,
        others: await Promise.all(
          others.map(async (other) => ({ picture: (await seePicture(sharp(other))).small, turned: false })),
        ),
      },
    ])[0].map(({ value }) => value);
    // As wholes they fit.
    expect(Math.min(...correlations)).toBeGreaterThan(COPIES);
    expect(await same(form, others)).toEqual([false, false, false, false]);
  });

  it('is none where something else lies on the same ground', async () => {
    const others = await Promise.all([12, 18, 30, 42].map((seed) => makePicture(seed, 640, 480)));
    expect(await same(await makePicture(0, 640, 480), others)).toEqual([false, false, false, false]);
  });

  it('is told in the same way by a search', async () => {
    const form = await drawForm(1);
    const [copy, other] = await comparePictures(form, [
      await sharp(form).jpeg({ quality: 40 }).toBuffer(),
      await drawForm(2),
    ]);
    expect(copy).toBeGreaterThan(COPIES);
    expect(other).toBe(-1);
  });
});
