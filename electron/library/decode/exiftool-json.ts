// The JSON that ExifTool writes (`exiftool -j -G`), and osxphotos beside each photo that it exports from Apple's Photos: what could be written
// into the photo as EXIF, XMP and IPTC.
import type ExifReader from 'exifreader';
import { z } from 'zod';
import { parseOrNull } from '../../contract/json.ts';

/** A list of one file's tags, by group and name: "EXIF:DateTimeOriginal". */
const schema = z.tuple([z.record(z.string(), z.unknown())]);

/** @param json what lies beside a photo @returns as ExifReader gives tags of a file; nothing where it is of another form */
export function exiftoolTags(json: string | undefined): ExifReader.ExpandedTags {
  const parsed = json === undefined ? undefined : schema.safeParse(parseOrNull(json));
  if (!parsed?.success) return {};
  const [said] = parsed.data;
  const group = (prefix: string): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(said)
        .filter(([name]) => name.startsWith(`${prefix}:`))
        .map(([name, value]) => [name.slice(prefix.length + 1), tagOf(value)]),
    );
  const [exif, xmp, iptc] = [group('EXIF'), group('XMP'), group('IPTC')];
  return {
    exif,
    xmp: { ...xmp, subject: xmp.Subject ?? xmp.TagsList, description: xmp.Description, title: xmp.Title },
    iptc,
    gps: {
      Latitude: degrees(said['EXIF:GPSLatitude'], said['EXIF:GPSLatitudeRef'], /^s/i),
      Longitude: degrees(said['EXIF:GPSLongitude'], said['EXIF:GPSLongitudeRef'], /^w/i),
    },
  } as unknown as ExifReader.ExpandedTags;
}

const tagOf = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((item) => ({ description: String(item) })) : { description: value };

/** @param negative the references, South or West, that turn the sign where the number has none */
function degrees(value: unknown, reference: unknown, negative: RegExp): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  return negative.test(String(reference)) ? -Math.abs(number) : number;
}
