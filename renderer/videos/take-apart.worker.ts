// Takes one video apart, away from the thread that draws the page: the browser's own decoder, through mediabunny.
import { ALL_FORMATS, CanvasSink, Input, UrlSource, type InputVideoTrack, type MetadataTags } from 'mediabunny';
import type { FoundInVideo } from '../../electron/contract/videos.ts';
import { chooseFrames, lookTimes, type SampledFrame } from './choose-frames.ts';
import { movieDate, type ReadBytes } from './movie-date.ts';

/** What is asked. */
export interface VideoTask {
  url: string;
  /** Frames that are chosen at most. */
  mostFrames: number;
}

/** What comes of it. */
export type TakenApart =
  | { found: FoundInVideo; bytes: Uint8Array<ArrayBuffer> }
  | { failed: 'damaged' | 'no-pictures' | 'codec'; codec?: string };

/** Pixels of a frame's longer side that are kept. */
const SIDE = 640;
const QUALITY = 0.85;
/** Pixels in which two frames are compared. */
const SMALL = { width: 16, height: 12 };

async function takeApart({ url, mostFrames }: VideoTask): Promise<TakenApart> {
  const input = new Input({ formats: ALL_FORMATS, source: new UrlSource(url) });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) return { failed: (await input.getTracks()).length > 0 ? 'no-pictures' : 'damaged' };
    if (!(await track.canDecode())) return { failed: 'codec', codec: (await track.getCodec()) ?? 'unknown' };
    const duration = await input.computeDuration();
    const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
    const looked = await lookAt(track, duration, width, height);
    const chosen = chooseFrames(looked, mostFrames).map((place) => looked[place]);
    if (chosen.length === 0) return { failed: 'damaged' };
    const pictures = await Promise.all(
      chosen.map(({ canvas }) => canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })),
    );
    const found = {
      width,
      height,
      duration,
      takenAt: takenAt(await input.getMetadataTags()) ?? (await takenByHeader(url)),
      frames: chosen.map(({ time }, i) => ({ time, size: pictures[i].size })),
    };
    return { found, bytes: new Uint8Array(await new Blob(pictures).arrayBuffer()) };
  } finally {
    input.dispose();
  }
}

async function lookAt(
  track: InputVideoTrack,
  duration: number,
  width: number,
  height: number,
): Promise<(SampledFrame & { canvas: OffscreenCanvas })[]> {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const sink = new CanvasSink(track, { ...size, fit: 'fill' });
  const small = new OffscreenCanvas(SMALL.width, SMALL.height).getContext('2d', { willReadFrequently: true })!;
  const looked: (SampledFrame & { canvas: OffscreenCanvas })[] = [];
  // What was decoded before a damaged place is kept.
  try {
    for await (const frame of sink.canvasesAtTimestamps(lookTimes(duration))) {
      if (!frame || looked.at(-1)?.time === frame.timestamp) continue;
      const canvas = frame.canvas as OffscreenCanvas;
      small.drawImage(canvas, 0, 0, SMALL.width, SMALL.height);
      const { data } = small.getImageData(0, 0, SMALL.width, SMALL.height);
      looked.push({ time: Math.max(0, frame.timestamp), pixels: data, canvas });
    }
  } catch (error) {
    if (looked.length === 0) throw error;
  }
  return looked;
}

/** When it was taken by the wall clock there, milliseconds since 1970, where the file says the time with the day. */
function takenAt({ raw = {} }: MetadataTags): number | null {
  for (const key of ['com.apple.quicktime.creationdate', '©day', 'DATE_RECORDED', 'DATE']) {
    const said = raw[key];
    const match = typeof said === 'string' && /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)/.exec(said);
    const time = match ? Date.parse(`${match[1]}T${match[2]}Z`) : NaN;
    if (Number.isFinite(time)) return time;
  }
  return null;
}

/** The same by the header, which counts in UTC: by the wall clock of this machine then. */
async function takenByHeader(url: string): Promise<number | null> {
  const read: ReadBytes = async (start, length) => {
    const response = await fetch(url, { headers: { Range: `bytes=${start}-${start + length - 1}` } });
    // Behind the end there is nothing; all of a file is not read for its date.
    if (response.status !== 206) return new DataView(new ArrayBuffer(0));
    return new DataView(await response.arrayBuffer());
  };
  const time = await movieDate(read);
  return time === null ? null : time - new Date(time).getTimezoneOffset() * 60_000;
}

self.onmessage = ({ data }: MessageEvent<VideoTask>): void => {
  takeApart(data).then(
    (taken) => self.postMessage(taken),
    (error: unknown) => {
      console.warn(error);
      self.postMessage({ failed: 'damaged' } satisfies TakenApart);
    },
  );
};
