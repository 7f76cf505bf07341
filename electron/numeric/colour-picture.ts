// Small pictures in colour: light, and how far each pixel is from grey.
import { resample, type GreyPicture } from './grey-picture.ts';

/** Y'CbCr of ITU-R BT.601 over the full range. */
export interface Colour {
  /** 0 to 255. */
  readonly light: number;
  /** -128 to 128; 0 of grey. */
  readonly blue: number;
  readonly red: number;
}

/** The planes of a picture in colour: each as many pixels. */
export type ColourPicture = Readonly<Record<keyof Colour, GreyPicture>>;

const [RED_LIGHT, GREEN_LIGHT, BLUE_LIGHT] = [0.299, 0.587, 0.114];
const TO_BLUE = 0.5 / (1 - BLUE_LIGHT);
const TO_RED = 0.5 / (1 - RED_LIGHT);

/** @param rgb uint8, (height, width, 3) */
export function fromRgb(rgb: Uint8Array, width: number, height: number): ColourPicture {
  const plane = (): GreyPicture => ({ width, height, pixels: new Float32Array(width * height) });
  const picture = { light: plane(), blue: plane(), red: plane() };
  for (let i = 0; i < width * height; i++) {
    const { light, blue, red } = colourOf(rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]);
    picture.light.pixels[i] = light;
    picture.blue.pixels[i] = blue;
    picture.red.pixels[i] = red;
  }
  return picture;
}

/** @param make what is done to each plane */
export const eachPlane = (
  { light, blue, red }: ColourPicture,
  make: (plane: GreyPicture) => GreyPicture,
): ColourPicture => ({ light: make(light), blue: make(blue), red: make(red) });

export const resampleColours = (picture: ColourPicture, width: number, height: number): ColourPicture =>
  eachPlane(picture, (plane) => resample(plane, width, height));

/** The nearest that a screen shows: red, green and blue are cut off where they are too dark or too light. */
export function shown({ light, blue, red }: Colour): Colour {
  const r = light + red / TO_RED;
  const b = light + blue / TO_BLUE;
  const g = (light - RED_LIGHT * r - BLUE_LIGHT * b) / GREEN_LIGHT;
  return colourOf(cutOff(r), cutOff(g), cutOff(b));
}

const cutOff = (value: number): number => Math.max(0, Math.min(255, value));

function colourOf(r: number, g: number, b: number): Colour {
  const light = RED_LIGHT * r + GREEN_LIGHT * g + BLUE_LIGHT * b;
  return { light, blue: TO_BLUE * (b - light), red: TO_RED * (r - light) };
}
