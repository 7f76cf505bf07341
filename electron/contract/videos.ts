// Videos. A page has the platform's decoders, so it takes them apart: it is told which, and gives frames.
import { z } from 'zod';
import { parseOrNull } from './json.ts';
import { id, method, none } from './method.ts';

export interface VideoToRead {
  photoId: number;
  /** Frames that are kept of it at most. */
  mostFrames: number;
  /** Seconds after which another page may take it. */
  patience: number;
}

export const MOST_FRAMES = 12;

const foundSchema = z.strictObject({
  /** Pixels, upright. */
  width: z.int().min(1).max(32_768),
  height: z.int().min(1).max(32_768),
  /** Seconds. */
  duration: z.number().min(0).max(1e7),
  /** Milliseconds since 1970 by the wall clock where it was taken; null where the file does not say. */
  takenAt: z.number().nullable(),
  /** Frames, the one first that stands for the video. time: seconds; size: bytes of its picture. */
  frames: z
    .array(z.strictObject({ time: z.number().min(0), size: z.int().min(1) }))
    .min(1)
    .max(MOST_FRAMES),
});

export type FoundInVideo = z.infer<typeof foundSchema>;

export const videoMethods = {
  /** The next video to take apart; null where none waits that can be looked at now. */
  nextVideo: method(none).returning<VideoToRead | null>(),
  /** What was found in a video. found: JSON of a FoundInVideo; bytes: the JPEGs of its frames, one after the other. */
  addVideo: method(
    z.strictObject({
      photoId: z
        .string()
        .regex(/^[1-9]\d{0,14}$/)
        .transform(Number),
      found: z.string().max(10_000).transform(parseOrNull).pipe(foundSchema),
      bytes: z.instanceof(Uint8Array),
    }),
  ).returning<null>(),
  /** A video that cannot be taken apart. codec: the kind of its pictures, where that is why. */
  failVideo: method(
    z.strictObject({
      photoId: id,
      reason: z.enum(['damaged', 'no-pictures', 'codec']),
      codec: z
        .string()
        .regex(/^[\w.-]{1,40}$/)
        .optional(),
    }),
  ).returning<null>(),
} as const;
