// When and with what a photo was taken, from its EXIF block.
import readExif from 'exif-reader';

export interface CameraFacts {
  /** Milliseconds since 1970 by the camera's own clock, wherever it was; null where it does not say. */
  takenAt: number | null;
  camera: string | null;
  lens: string | null;
}

const NOTHING: CameraFacts = { takenAt: null, camera: null, lens: null };
// A clock that was never set gives a day in 1899 or none.
const EARLIEST = Date.UTC(1900, 0);

/**
 * @param exif the EXIF block as sharp gives it; a damaged one tells nothing, which is not an error
 * @param now milliseconds since 1970; a camera's clock more than a day ahead of it is not believed
 */
export function cameraFacts(exif: Uint8Array | undefined, now: number): CameraFacts {
  if (!exif) return NOTHING;
  let tags: ReturnType<typeof readExif>;
  try {
    tags = readExif(Buffer.from(exif));
  } catch {
    return NOTHING;
  }
  const date = tags.Photo?.DateTimeOriginal ?? tags.Photo?.DateTimeDigitized ?? tags.Image?.DateTime;
  const time = date instanceof Date ? date.getTime() : NaN;
  return {
    takenAt: believableTime(time, now),
    camera: deviceName(tags.Image?.Make, tags.Image?.Model),
    lens: deviceName(tags.Photo?.LensMake, tags.Photo?.LensModel),
  };
}

/** @param time milliseconds since 1970, or NaN @param now the same, of this machine @returns null where a camera's clock was wrong */
export function believableTime(time: number, now: number): number | null {
  return time >= EARLIEST && time < now + 86_400_000 * 1.5 ? time : null;
}

/** "Canon" and "Canon EOS R5" become "Canon EOS R5"; "SONY" and "ILCE-7M4" become "SONY ILCE-7M4". */
export function deviceName(make: unknown, model: unknown): string | null {
  const text = (value: unknown): string =>
    typeof value === 'string' ? value.replace(/\0.*$/s, '').trim().slice(0, 100) : '';
  const [by, what] = [text(make), text(model)];
  if (!what) return by || null;
  return by && !what.toLowerCase().startsWith(by.toLowerCase()) ? `${by} ${what}` : what;
}

/** A file's time as wall-clock milliseconds, to stand beside what cameras say. */
export function wallClock(modifiedAt: number): number {
  return Math.round(modifiedAt) - new Date(modifiedAt).getTimezoneOffset() * 60_000;
}
