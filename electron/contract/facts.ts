// What a photo's file, or one beside it, tells of it.

export interface Exposure {
  /** How long the shutter was open. */
  seconds: number | null;
  /** The f-number. */
  aperture: number | null;
  iso: number | null;
  /** Millimetres. */
  focalLength: number | null;
}

export interface Place {
  /** Degrees; north and east are positive. */
  latitude: number;
  longitude: number;
  /** Metres above the sea. */
  altitude: number | null;
}

export interface Told {
  /** Of the clock by which it was taken, as +02:00. */
  utcOffset: string | null;
  /** What the camera's clock said where it was never set, or ahead: wall-clock milliseconds since 1970. */
  doubtedDate: number | null;
  exposure: Exposure | null;
  place: Place | null;
  caption: string | null;
  /** A colour, as the program that gave it names it. */
  label: string | null;
  favourite: boolean;
  /** 0 to 5. */
  stars: number;
  tags: string[];
}
