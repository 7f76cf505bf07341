// How another program has turned and cropped a RAW file, as the XMP file beside it says (Adobe, "XMP specification, part 2", camera raw
// namespace: HasCrop, CropTop and the others; TIFF namespace: Orientation). Tones and colours are not followed.
import sharp, { type Sharp } from 'sharp';
import type { Beside } from '../files/beside.ts';
import type { Source } from './decode.ts';
import { loadTags, textOf } from './metadata.ts';

export interface RawEdits {
  /** As EXIF numbers it, 1 to 8, of what the sensor saw; null where it is as the camera said. */
  readonly orientation: number | null;
  readonly crop: RawCrop | null;
}

/**
 * Two opposite corners of what is left, as shares of what the sensor saw, from its upper left; and by how many degrees the picture is then
 * turned against the clock.
 */
export interface RawCrop {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly angle: number;
}

interface Size {
  width: number;
  height: number;
}

/** How an orientation is shown: mirrored left to right, then turned by so many quarters clockwise. */
interface Turn {
  readonly isMirrored: boolean;
  readonly quarters: number;
}

const TURNS: readonly Turn[] = [
  { isMirrored: false, quarters: 0 },
  { isMirrored: true, quarters: 0 },
  { isMirrored: false, quarters: 2 },
  { isMirrored: true, quarters: 2 },
  { isMirrored: true, quarters: 3 },
  { isMirrored: false, quarters: 1 },
  { isMirrored: true, quarters: 1 },
  { isMirrored: false, quarters: 3 },
];
/** Share of a side that is left at least; less is a mistake. */
const LEAST_LEFT = 0.01;
const LARGEST_ANGLE = 45;

/**
 * @param head of the RAW file, so much as holds the camera's orientation where it is a TIFF
 * @returns undefined where nothing beside it says anything
 */
export function rawEdits(head: Uint8Array, { xmp }: Beside): RawEdits | undefined {
  const [said] = xmp.map((packet) => loadTags(packet).xmp).filter((tags) => tags?.Orientation ?? tags?.HasCrop);
  if (!said) return undefined;
  const own = numberIn((loadTags(head).exif as Record<string, unknown> | undefined)?.Orientation) ?? 1;
  const orientation = numberIn(said.Orientation);
  const turned = orientation !== undefined && TURNS[orientation - 1] && orientation !== own ? orientation : null;
  const crop = cropIn(said);
  return turned === null && crop === null ? undefined : { orientation: turned, crop };
}

function cropIn(said: Record<string, unknown>): RawCrop | null {
  const isTrue = (tag: unknown): boolean => textOf(tag).toLowerCase() === 'true';
  // Of a picture that was saved by such a program, it tells what was done before.
  if (!isTrue(said.HasCrop) || isTrue(said.AlreadyApplied)) return null;
  const [left, top, right, bottom, angle] = (
    [
      ['CropLeft', 0],
      ['CropTop', 0],
      ['CropRight', 1],
      ['CropBottom', 1],
      ['CropAngle', 0],
    ] as const
  ).map(([name, otherwise]) => numberIn(said[name]) ?? otherwise) as [number, number, number, number, number];
  const isShare = (share: number): boolean => share >= 0 && share <= 1;
  const isWhole = left === 0 && top === 0 && right === 1 && bottom === 1 && angle === 0;
  const isSound = [left, top, right, bottom].every(isShare) && Math.abs(angle) <= LARGEST_ANGLE;
  return isSound && !isWhole ? { left, top, right, bottom, angle } : null;
}

function numberIn(tag: unknown): number | undefined {
  const value = (tag as { value?: unknown } | undefined)?.value;
  const number = Number(Array.isArray(value) ? value[0] : value);
  return tag === undefined || tag === null || !Number.isFinite(number) ? undefined : number;
}

/**
 * A RAW file as another program has turned and cropped it.
 * @param source upright as the camera said
 * @param byCamera degrees clockwise by which it was turned for that: 0, 90, 180 or 270
 */
export async function withEdits(source: Source, byCamera: number, { orientation, crop }: RawEdits): Promise<Source> {
  const camera: Turn = { isMirrored: false, quarters: byCamera / 90 };
  const shown = orientation === null ? camera : TURNS[orientation - 1]!;
  let picture = await bitmap(source.open(true));
  const turn = between(camera, shown);
  if (turn.isMirrored) picture = await bitmap(open(picture).flop());
  if (turn.quarters !== 0) picture = await bitmap(open(picture).rotate(turn.quarters * 90));
  const isLying = turn.quarters % 2 === 0;
  const whole: Size = isLying ? source : { width: source.height, height: source.width };
  const scale = whole.width / picture.width;
  if (crop) picture = await cropped(picture, cornersIn(shown, crop));
  return {
    ...source,
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
    open: () => open(picture),
  };
}

interface Bitmap extends Size {
  readonly data: Buffer;
  readonly channels: 1 | 2 | 3 | 4;
}

async function bitmap(image: Sharp): Promise<Bitmap> {
  const { data, info } = await image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

const open = ({ data, width, height, channels }: Bitmap): Sharp => sharp(data, { raw: { width, height, channels } });

/** What is to be done to a picture that is shown by one turn, so that it is shown by another. */
function between(from: Turn, to: Turn): Turn {
  // Mirroring changes the way round, so what was turned before it is turned back after it.
  const back = to.isMirrored ? from.quarters : -from.quarters;
  return { isMirrored: to.isMirrored !== from.isMirrored, quarters: (to.quarters + back + 8) % 4 };
}

interface Corners {
  readonly first: readonly [x: number, y: number];
  readonly second: readonly [x: number, y: number];
  readonly angle: number;
}

/** The two corners where the picture is shown, as shares of it. */
function cornersIn({ isMirrored, quarters }: Turn, { left, top, right, bottom, angle }: RawCrop): Corners {
  const shown = ([x, y]: readonly [number, number]): [number, number] => {
    let at: [number, number] = [isMirrored ? 1 - x : x, y];
    for (let i = 0; i < quarters; i++) at = [1 - at[1], at[0]];
    return at;
  };
  return { first: shown([left, top]), second: shown([right, bottom]), angle };
}

/** Turns a picture around its middle, and takes the upright box of which two corners are given before the turn. */
async function cropped(picture: Bitmap, { first, second, angle }: Corners): Promise<Bitmap> {
  const { width, height } = picture;
  const radians = (angle * Math.PI) / 180;
  const turned = ([x, y]: readonly [number, number]): [number, number] => {
    const [right, down] = [(x - 0.5) * width, (y - 0.5) * height];
    return [
      right * Math.cos(radians) + down * Math.sin(radians),
      -right * Math.sin(radians) + down * Math.cos(radians),
    ];
  };
  const [[x0, y0], [x1, y1]] = [turned(first), turned(second)];
  const level = angle === 0 ? picture : await bitmap(open(picture).rotate(-angle, { background: '#fff' }));
  const left = clamp(Math.round(Math.min(x0, x1) + level.width / 2), level.width);
  const top = clamp(Math.round(Math.min(y0, y1) + level.height / 2), level.height);
  const right = clamp(Math.round(Math.max(x0, x1) + level.width / 2), level.width);
  const bottom = clamp(Math.round(Math.max(y0, y1) + level.height / 2), level.height);
  if (right - left < LEAST_LEFT * width || bottom - top < LEAST_LEFT * height) return picture;
  return bitmap(open(level).extract({ left, top, width: right - left, height: bottom - top }));
}

const clamp = (at: number, side: number): number => Math.min(side, Math.max(0, at));
