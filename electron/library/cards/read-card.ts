// What a drive card says of photos. It may come from anyone, so everything is checked, and what does not hold is passed over.
import { z } from 'zod';
import { LikenessError } from '../../contract/errors.ts';
import type { Told } from '../../contract/facts.ts';
import { say } from '../../contract/sentence.ts';
import type { VideoTimes } from '../rows/content-rows.ts';
import { openCardToRead, WHOLE } from './card-file.ts';

export interface CardPhoto {
  /** Below the card's folder, with slashes. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970, UTC. */
  readonly modifiedAt: number;
  /** SHA-256 of the bytes. */
  readonly hash: Uint8Array;
  readonly facts: CardFacts;
  /** JPEG. */
  readonly thumbnail: Uint8Array;
  /** Of a video, in the order of time. */
  readonly frames: readonly { time: number; thumbnail: Uint8Array }[];
  /** By the embedder that was asked about. time: of a frame; WHOLE of the whole. vector: float16. */
  readonly features: readonly { time: number; vector: Uint8Array }[];
}

export interface CardFacts {
  width: number;
  height: number;
  format: string;
  colour: number;
  takenAt: number | null;
  camera: string | null;
  lens: string | null;
  told: Told;
  video?: VideoTimes;
}

export interface ToReadFromCard {
  readonly cardPath: string;
  /** Where the folder that is asked about lies below the card's; empty for the whole. */
  readonly below: string;
  /** The embedder whose features are asked for. */
  readonly fingerprint: string;
  readonly dimensions: number;
}

export interface CardPart {
  readonly photos: CardPhoto[];
  /** Where to go on; undefined at the end. */
  readonly after: string | undefined;
}

const LONGEST = 1000;
const text = z.string().max(LONGEST);
const finite = z.number();
const side = z.int().min(1).max(1_000_000);

const told = z.object({
  utcOffset: text.nullable(),
  doubtedDate: finite.nullable(),
  exposure: z
    .object({
      seconds: finite.nullable(),
      aperture: finite.nullable(),
      iso: finite.nullable(),
      focalLength: finite.nullable(),
    })
    .nullable(),
  place: z
    .object({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      altitude: finite.nullable(),
    })
    .nullable(),
  caption: z.string().max(100_000).nullable(),
  label: text.nullable(),
  favourite: z.boolean(),
  stars: z.int().min(0).max(5),
  tags: z.array(text).max(LONGEST),
});

const factsOnCard = z
  .object({
    width: side,
    height: side,
    format: z.string().max(20),
    colour: z.int().min(0).max(0xffffff),
    takenAt: z.int().nullable(),
    camera: text.nullable(),
    lens: text.nullable(),
    told,
    duration: z.number().positive().nullable(),
    poster: z.number().min(0).nullable(),
  })
  .transform(({ duration, poster, ...rest }): CardFacts => {
    return duration === null || poster === null ? rest : { ...rest, video: { duration, poster } };
  });

const blob = (most: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length <= most);
const jpeg = blob(2_000_000).refine((bytes) => bytes[0] === 0xff && bytes[1] === 0xd8);
const moment = z.number().min(0);

const row = z.object({
  path: z.string().max(32_768).refine(isBelow),
  size: z.int().min(0),
  modifiedAt: finite,
  hash: blob(32).refine(({ length }) => length === 32),
  facts: z.string().max(1_000_000).transform(parsed).pipe(factsOnCard),
  thumbnail: jpeg,
});
const frames = z.array(z.object({ time: moment, thumbnail: jpeg })).max(100);

/**
 * Some of the photos, in the order of their paths.
 * @param after where to go on, as an earlier part says; empty for the beginning
 * @throws LikenessError with what is wrong with the card
 */
export function readCard(what: ToReadFromCard, after: string, limit: number): CardPart {
  try {
    return readPart(what, after, limit);
  } catch (error) {
    if (error instanceof LikenessError) throw error;
    throw new LikenessError(
      'unreadable',
      say`The drive card ${what.cardPath} could not be read (${(error as Error).message}), so the photos themselves are read.`,
      { cause: error },
    );
  }
}

function readPart(
  { cardPath, below, fingerprint, dimensions }: ToReadFromCard,
  after: string,
  limit: number,
): CardPart {
  const db = openCardToRead(cardPath);
  try {
    const prefix = below === '' ? '' : `${below}/`;
    const rows = db
      .prepare<[string, string, string, number], { path: string }>(
        `SELECT path, size, modified_at AS modifiedAt, file.hash, facts, thumbnail FROM file JOIN content USING (hash)
         WHERE path > ? AND substr(path, 1, length(?)) = ? ORDER BY path LIMIT ?`,
      )
      .all(after === '' ? prefix : after, prefix, prefix, limit);
    const framesOf = db.prepare('SELECT time, thumbnail FROM frame WHERE hash = ? ORDER BY time LIMIT 101');
    const featuresOf = db.prepare('SELECT time, vector FROM feature WHERE hash = ? AND embedder = ? LIMIT 101');
    const vector = blob(dimensions * 2).refine(
      (bytes) =>
        bytes.length === dimensions * 2 && new Float16Array(Uint8Array.from(bytes).buffer).every(Number.isFinite),
    );
    const features = z.array(z.object({ time: moment.or(z.literal(WHOLE)), vector })).max(101);
    const photos = rows.flatMap((raw): CardPhoto[] => {
      const checked = row.safeParse(raw);
      if (!checked.success) return [];
      const { hash } = checked.data;
      const withFrames = frames.safeParse(framesOf.all(hash));
      const withFeatures = features.safeParse(featuresOf.all(hash, fingerprint));
      if (!withFrames.success || !withFeatures.success) return [];
      return [{ ...checked.data, frames: withFrames.data, features: withFeatures.data }];
    });
    return { photos, after: rows.length < limit ? undefined : rows.at(-1)!.path };
  } finally {
    db.close();
  }
}

/** Whether a path leads to a place below the folder, and to no hidden one. */
function isBelow(path: string): boolean {
  return path.split('/').every((name) => name !== '' && !name.startsWith('.') && !/[\\\0]/.test(name));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
