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
