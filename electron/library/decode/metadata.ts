// What a photo's file tells of it: when and with what it was taken, where, and what other programs said of it. EXIF, XMP and IPTC, in the
// file and in XMP files beside it.
import ExifReader from 'exifreader';
import type { Exposure, Place, Told } from '../../contract/facts.ts';
import type { Beside } from '../files/beside.ts';
import { exiftoolTags } from './exiftool-json.ts';
import { believableTime, deviceName, shortened, toPlace } from './fact-values.ts';
import { readTakeout, type TakeoutFacts } from './takeout.ts';

export interface PhotoFacts {
  /** Milliseconds since 1970 by the camera's own clock, wherever it was; null where it does not say. */
  takenAt: number | null;
  camera: string | null;
  lens: string | null;
  told: Told;
}

const NOTHING_BESIDE: Beside = { xmp: [], json: undefined };
const LONGEST_CAPTION = 2000;
const LONGEST_TAG = 100;
const MOST_TAGS = 50;
/** What cameras write where nobody said anything. */
const BOILERPLATE =
  /^(OLYMPUS DIGITAL CAMERA|SONY DSC|SAMSUNG( CAMERA PICTURES)?|DCIM|KODAK Digital Still Camera|default|MINOLTA DIGITAL CAMERA|Exif_JPEG_.*|DIGITAL CAMERA|<?.?KENOX.*|Untitled)$/i;

type Tags = ExifReader.ExpandedTags;

/**
 * @param bytes a whole file, or so much of its beginning as holds its metadata; damaged metadata tell nothing, which is not an error
 * @param now milliseconds since 1970; a camera's clock more than a day ahead of it is not believed
 */
export function readFacts(bytes: Uint8Array, now: number, beside: Beside = NOTHING_BESIDE): PhotoFacts {
  const own = loadTags(bytes);
  // What lies beside was written later than what is inside, by a program that does not write into photos.
  const sources = [...beside.xmp.map(loadTags), exiftoolTags(beside.json), own];
  const takeout = readTakeout(beside.json);
  const { exif = {} } = own;
  const dated = firstDate(sources, takeout);
  const takenAt = dated ? believableTime(dated.at, now) : null;
  return {
    takenAt,
    camera: deviceName(textOf(exif.Make), textOf(exif.Model)),
    lens: deviceName(textOf(exif.LensMake), textOf(exif.LensModel)),
    told: {
      utcOffset: takenAt === null ? null : (dated?.offset ?? null),
      doubtedDate: dated && takenAt === null ? dated.at : null,
      exposure: exposureOf(exif),
      place: first(sources, placeOf) ?? takeout.place,
      caption: first(sources, captionOf) ?? takeout.caption,
      label: first(sources, ({ xmp }) => shortened(textOf(xmp?.Label), LONGEST_TAG)),
      favourite: takeout.favourite || sources.some(({ xmp }) => textOf(xmp?.Favourite) === 'True'),
      stars: first(sources, starsOf) ?? 0,
      tags: tagsOf(sources),
    },
  };
}

/** @returns nothing where there are none, or they are damaged */
export function loadTags(bytes: Uint8Array): Tags {
  try {
    return ExifReader.load(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      expanded: true,
      excludeTags: { thumbnail: true, icc: true, makerNotes: true, mpf: true, photoshop: true },
    });
  } catch {
    return {};
  }
}

interface Dated {
  /** Wall-clock milliseconds since 1970. */
  at: number;
  offset: string | null;
}

/** The moment it was taken, else the moment it was made digital, else when the file was last said to change. */
function firstDate(sources: readonly Tags[], takeout: TakeoutFacts): Dated | undefined {
  for (const { exif, xmp, iptc } of sources) {
    const dated =
      exifDate(exif?.DateTimeOriginal, exif?.SubSecTimeOriginal, exif?.OffsetTimeOriginal) ??
      isoDate(textOf(xmp?.DateTimeOriginal)) ??
      isoDate(textOf(xmp?.DateCreated)) ??
      exifDate(exif?.DateTimeDigitized, exif?.SubSecTimeDigitized, exif?.OffsetTimeDigitized) ??
      isoDate(textOf(xmp?.CreateDate)) ??
      isoDate(`${textOf(iptc?.['Date Created'])}T${textOf(iptc?.['Time Created'])}`) ??
      exifDate(exif?.DateTime, exif?.SubSecTime, exif?.OffsetTime);
    if (dated) return dated;
  }
  return takeout.takenAt === null ? undefined : { at: takeout.takenAt, offset: null };
}

/** EXIF 3.0, 4.6.5: "2021:05:06 07:08:09", parts of a second, and the offset, each on its own. */
function exifDate(date: unknown, parts: unknown, offset: unknown): Dated | undefined {
  const found = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(textOf(date));
  const at = found ? wallTime(found.slice(1, 7).map(Number), textOf(parts)) : undefined;
  return at === undefined ? undefined : { at, offset: offsetOf(textOf(offset)) };
}

/** XMP, part 1, 8.2.1.3 (a subset of ISO 8601), and what ExifReader makes of IPTC's: at least a day. */
function isoDate(text: string): Dated | undefined {
  const found = /^(\d{4})[:-](\d\d)[:-](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?\s*(Z|[+-]\d\d:?\d\d)?/.exec(
    text,
  );
  if (!found) return undefined;
  const at = wallTime(
    found.slice(1, 7).map((part) => Number(part ?? 0)),
    found[7] ?? '',
  );
  return at === undefined ? undefined : { at, offset: offsetOf(found[8] ?? '') };
}

/** @param parts year, month, day, hour, minute, second @param fraction digits behind the point of a second */
function wallTime(parts: readonly number[], fraction: string): number | undefined {
  const [year, month, day, hour, minute, second] = parts as [number, number, number, number, number, number];
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 61;
  const milliseconds = /^\d+/.test(fraction) ? Math.floor(Number(`0.${/^\d+/.exec(fraction)![0]}`) * 1000) : 0;
  return isDate ? Date.UTC(year, month - 1, day, hour, minute, second, milliseconds) : undefined;
}

function offsetOf(text: string): string | null {
  if (text === 'Z') return '+00:00';
  const found = /^([+-]\d\d):?(\d\d)$/.exec(text.trim());
  return found ? `${found[1]}:${found[2]}` : null;
}

function exposureOf(exif: NonNullable<Tags['exif']>): Exposure | null {
  const exposure = {
    seconds: numberOf(exif.ExposureTime),
    aperture: numberOf(exif.FNumber),
    iso: numberOf(exif.ISOSpeedRatings),
    focalLength: numberOf(exif.FocalLength),
  };
  return Object.values(exposure).some((value) => value !== null) ? exposure : null;
}

function placeOf({ gps }: Tags): Place | null {
  return toPlace(gps?.Latitude, gps?.Longitude, gps?.Altitude);
}

function captionOf({ exif, xmp, iptc }: Tags): string | null {
  for (const said of [xmp?.description, xmp?.title, iptc?.['Caption/Abstract'], exif?.ImageDescription]) {
    const text = shortened(textOf(said), LONGEST_CAPTION);
    if (text !== null && !BOILERPLATE.test(text)) return text;
  }
  return null;
}

/** Undefined where nothing says; a photo that was put aside (-1) has no stars. */
function starsOf({ exif, xmp }: Tags): number | undefined {
  const rating = Number(textOf(xmp?.Rating) || textOf((exif as Record<string, unknown> | undefined)?.Rating) || NaN);
  return Number.isFinite(rating) ? Math.min(5, Math.max(0, Math.round(rating))) : undefined;
}

function tagsOf(sources: readonly Tags[]): string[] {
  const tags = new Map<string, string>();
  for (const { xmp, iptc } of sources) {
    for (const tag of [...textsOf(xmp?.subject), ...textsOf(iptc?.Keywords)]) {
      // Only what a person could write as a tag here.
      const name = shortened(tag.slice(0, LONGEST_TAG).replace(/\p{C}/gu, ''), LONGEST_TAG);
      if (name !== null && !tags.has(name.toLowerCase())) tags.set(name.toLowerCase(), name);
    }
  }
  return [...tags.values()].slice(0, MOST_TAGS);
}

function first<T>(sources: readonly Tags[], of: (tags: Tags) => T | null | undefined): T | null {
  for (const source of sources) {
    const found = of(source);
    if (found !== null && found !== undefined) return found;
  }
  return null;
}

/** What ExifReader says of a tag, as text. */
export function textOf(tag: unknown): string {
  const { value, description } = (tag ?? {}) as { value?: unknown; description?: unknown };
  const said = description ?? (Array.isArray(value) ? (value as unknown[])[0] : value);
  return typeof said === 'string' || typeof said === 'number' ? String(said) : '';
}

/** Of a list: XMP's bag of items, or IPTC's field that is there several times. */
function textsOf(tag: unknown): string[] {
  if (Array.isArray(tag)) return tag.map(textOf);
  const { value } = (tag ?? {}) as { value?: unknown };
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) return value.map(textOf);
  return textOf(tag) === '' ? [] : [textOf(tag)];
}

/** A number, or a ratio of two, as EXIF keeps it. */
function numberOf(tag: unknown): number | null {
  const { value } = (tag ?? {}) as { value?: unknown };
  const numbers = Array.isArray(value) ? (value as unknown[]) : [value];
  const [above, below = 1] = numbers.map(Number);
  const number = above! / below;
  return Number.isFinite(number) && number > 0 ? number : null;
}
