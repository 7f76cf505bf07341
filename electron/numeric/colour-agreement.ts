// Whether two pictures that agree in their light differ in no more colours than an edit changes: one may be in black and white, in sepia,
// warmer, or of stronger colours. A drawing in red and the same in green are two pictures. See docs/experiments/duplicates.md.
import { eachPlane, resampleColours, shown, type Colour, type ColourPicture } from './colour-picture.ts';
import { windowMeans } from './grey-picture.ts';
import { changed, type Match } from './picture-correlation.ts';

/** Pixels of the longer side that pictures are best given with, and at which they are compared. */
export const COLOUR_SIDE = 96;

/** Side of the windows whose means are compared, and the step from one to the next, in pixels. */
const WINDOW = 6;
const STEP = 3;
/** By how many pixels a window may lie elsewhere than the match says. */
const REACH = 2;
/** Of each side, what lies beside the windows: borders, bars and words stand there. */
const BESIDE = 0.13;
/** Distance in blue and red from which two colours differ, and the share of windows that may. */
const DIFFERS = 18;
const MAY_DIFFER = 0.02;
/** By how much an edit makes colours stronger, and how far it may bring them from grey, at most. */
const STRONGEST = 3;
const STRONGEST_TINT = 35;
/** Steps in which it is found what an edit did, and the distance from which a window counts less than half for it. */
const FITTINGS = 8;
const OUTLYING = 6;
/** Squares for each window that speak for colours as strong as before, and for one tint of light and dark. */
const AS_BEFORE = 4;
const ONE_TINT = 100;

/** Means of a window of a part, of the one of the whole that lies there, and of those that lie near. */
interface Place {
  readonly own: Colour;
  readonly there: Colour;
  readonly near: () => Colour[];
}

/** What an edit did to all colours: blue and red times so much, and a tint that is in proportion to the light. */
interface Recolouring {
  readonly strength: number;
  readonly tint: Record<'blue' | 'red', { readonly constant: number; readonly byLight: number }>;
}

const UNCHANGED: Recolouring = {
  strength: 1,
  tint: { blue: { constant: 0, byLight: 0 }, red: { constant: 0, byLight: 0 } },
};
const HUES = ['blue', 'red'] as const;

/** Which of two colours is there before the recolouring. */
const SOURCES = ['own', 'there'] as const;
type Source = (typeof SOURCES)[number];

/** Before and after. */
type ColourPair = readonly [Colour, Colour];

const inOrder = (own: Colour, there: Colour, source: Source): ColourPair =>
  source === 'own' ? [own, there] : [there, own];

/**
 * @param a, b pictures whose light agrees
 * @param match of their small ones
 * @returns whether one can be made of the other by a recolouring, but for a few windows
 */
export function coloursAgree(a: ColourPicture, b: ColourPicture, match: Match): boolean {
  const places = placesOf(a, b, match);
  return (
    agree(places, 'own', UNCHANGED) ||
    SOURCES.some((source) =>
      agree(places, source, findRecolouring(places.map((place) => inOrder(place.own, place.there, source)))),
    )
  );
}

function agree(places: readonly Place[], source: Source, recolouring: Recolouring): boolean {
  let left = Math.floor(MAY_DIFFER * places.length);
  return places.every(({ own, there, near }) => {
    const agrees = (other: Colour): boolean => misses(recolouring, inOrder(own, other, source)) <= DIFFERS;
    return agrees(there) || near().some(agrees) || left-- > 0;
  });
}

/** By least squares, where what is far off counts little (the weights of a Cauchy distribution): most windows tell, not all. */
function findRecolouring(pairs: readonly ColourPair[]): Recolouring {
  let found = UNCHANGED;
  let weights = pairs.map(() => 1);
  for (let i = 0; i < FITTINGS; i++) {
    const { tint } = found;
    const strength = fitStrength(pairs, weights, tint);
    found = {
      strength,
      tint: { blue: fitTint(pairs, weights, strength, 'blue'), red: fitTint(pairs, weights, strength, 'red') },
    };
    weights = pairs.map((pair) => 1 / (1 + (misses(found, pair) / OUTLYING) ** 2));
  }
  return found;
}

function fitStrength(pairs: readonly ColourPair[], weights: readonly number[], tint: Recolouring['tint']): number {
  let products = AS_BEFORE * pairs.length;
  let squares = products;
  for (const [i, [from, to]] of pairs.entries()) {
    for (const hue of HUES) {
      products += weights[i] * from[hue] * (to[hue] - tint[hue].constant - tint[hue].byLight * to.light);
      squares += weights[i] * from[hue] ** 2;
    }
  }
  return Math.max(0, Math.min(STRONGEST, products / squares));
}

/** A line through what is left by the light. */
function fitTint(pairs: readonly ColourPair[], weights: readonly number[], strength: number, hue: 'blue' | 'red') {
  let [all, lights, squares, lefts, products] = [0, 0, 0, 0, 0];
  for (const [i, [from, to]] of pairs.entries()) {
    const weight = weights[i];
    const left = to[hue] - strength * from[hue];
    all += weight;
    lights += weight * to.light;
    squares += weight * to.light ** 2;
    lefts += weight * left;
    products += weight * left * to.light;
  }
  const byLight = (products - (lefts * lights) / all) / (squares - lights ** 2 / all + ONE_TINT * pairs.length);
  return { constant: (lefts - byLight * lights) / all, byLight };
}

/** How far from a colour another one is that was recoloured. */
function misses({ strength, tint }: Recolouring, [from, to]: ColourPair): number {
  const [blueTint, redTint] = HUES.map((hue) => tint[hue].constant + tint[hue].byLight * to.light) as [number, number];
  const cut = Math.min(1, STRONGEST_TINT / Math.hypot(blueTint, redTint));
  const { blue, red } = shown({
    light: to.light,
    blue: strength * from.blue + cut * blueTint,
    red: strength * from.red + cut * redTint,
  });
  return Math.hypot(blue - to.blue, red - to.red);
}

function placesOf(a: ColourPicture, b: ColourPicture, match: Match): Place[] {
  const own = eachPlane(a, (plane) => changed(plane, match));
  const [part, whole] = match.isPart ? [own, b] : [b, own];
  const scale = Math.min(
    COLOUR_SIDE / Math.max(match.whole.width, match.whole.height),
    part.light.width / match.width,
    whole.light.width / match.whole.width,
  );
  const to = (pixels: number): number => Math.round(pixels * scale);
  const [width, height] = [to(match.width), to(match.height)];
  const [ownMeans, otherMeans] = [
    means(resampleColours(part, width, height)),
    means(resampleColours(whole, to(match.whole.width), to(match.whole.height))),
  ];
  const [beside, above] = [Math.round(width * BESIDE), Math.round(height * BESIDE)];
  const [left, top] = [to(match.x), to(match.y)];
  const places: Place[] = [];
  for (let y = above; y + WINDOW <= height - above; y += STEP) {
    for (let x = beside; x + WINDOW <= width - beside; x += STEP) {
      const there = colourAt(otherMeans, x + left, y + top);
      if (!there) continue;
      const near = () => SHIFTS.flatMap(([dx, dy]) => colourAt(otherMeans, x + left + dx, y + top + dy) ?? []);
      places.push({ own: colourAt(ownMeans, x, y)!, there, near });
    }
  }
  return places;
}

const means = (picture: ColourPicture): ColourPicture => eachPlane(picture, (plane) => windowMeans(plane, WINDOW));

/** Undefined outside of a picture. */
function colourAt({ light, blue, red }: ColourPicture, x: number, y: number): Colour | undefined {
  if (x < 0 || y < 0 || x >= light.width || y >= light.height) return undefined;
  const at = y * light.width + x;
  return { light: light.pixels[at], blue: blue.pixels[at], red: red.pixels[at] };
}

const ACROSS = 2 * REACH + 1;
/** From a place to those near it. */
const SHIFTS = Array.from(
  { length: ACROSS ** 2 },
  (_, i) => [(i % ACROSS) - REACH, Math.floor(i / ACROSS) - REACH] as const,
);
