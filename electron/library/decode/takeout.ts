// The JSON that Google Takeout writes beside each photo of an export, because the photos themselves do not say it.
import { z } from 'zod';
import type { Place } from '../../contract/facts.ts';
import { parseOrNull } from '../../contract/json.ts';
import { shortened, toPlace, wallClock } from './fact-values.ts';

export interface TakeoutFacts {
  /** Wall-clock milliseconds since 1970, by the clock of this machine: the file gives the moment, and no zone. */
  takenAt: number | null;
  place: Place | null;
  caption: string | null;
  favourite: boolean;
}

const NOTHING: TakeoutFacts = { takenAt: null, place: null, caption: null, favourite: false };

const place = z.object({ latitude: z.number(), longitude: z.number(), altitude: z.number().optional() }).optional();

/** As far as it is used; Google documents none of it. */
const schema = z.object({
  description: z.string().optional(),
  photoTakenTime: z.object({ timestamp: z.string().regex(/^-?\d+$/) }).optional(),
  geoData: place,
  geoDataExif: place,
  favorited: z.boolean().optional(),
});

/** @param json what lies beside the photo; of another form, it tells nothing */
export function readTakeout(json: string | undefined): TakeoutFacts {
  if (json === undefined) return NOTHING;
  const parsed = schema.safeParse(parseOrNull(json));
  if (!parsed.success) return NOTHING;
  const { description = '', photoTakenTime, geoData, geoDataExif, favorited = false } = parsed.data;
  const seconds = photoTakenTime ? Number(photoTakenTime.timestamp) : 0;
  const at = geoData && (geoData.latitude !== 0 || geoData.longitude !== 0) ? geoData : geoDataExif;
  return {
    takenAt: seconds === 0 ? null : wallClock(seconds * 1000),
    place: at ? toPlace(at.latitude, at.longitude, at.altitude) : null,
    caption: shortened(description, 2000),
    favourite: favorited,
  };
}
