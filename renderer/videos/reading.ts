// Takes apart the videos that wait, one at a time, for as long as the page is open.
import type { VideoToRead } from '../../electron/contract/videos.ts';
import { videoUrl } from '../shell/media.ts';
import { transport } from '../shell/transport.ts';
import type { TakenApart, VideoTask } from './take-apart.worker.ts';

/** Milliseconds until it is asked again where all videos that wait cannot be looked at yet. */
const ASK_AGAIN = 5000;

/** Seconds that are left to say what came of it. */
const SPARE = 10;

let isReading = false;

/** There are videos that wait. */
export function readVideos(): void {
  if (isReading || !('VideoDecoder' in globalThis)) return;
  isReading = true;
  void readAll().finally(() => {
    isReading = false;
  });
}

async function readAll(): Promise<void> {
  for (;;) {
    try {
      const video = await transport.call('nextVideo', {});
      if (!video) {
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
        const { activity } = await transport.call('getStatus', {});
        if (activity.videosWaiting === 0) return;
        continue;
      }
      await read(video);
    } catch (error) {
      // The engine is gone, or the file has changed: the next word of it begins this anew.
      console.warn(error);
      return;
    }
  }
}

async function read({ photoId, mostFrames, patience }: VideoToRead): Promise<void> {
  const taken = await takeApart({ url: videoUrl(photoId), mostFrames }, (patience - SPARE) * 1000);
  if ('failed' in taken) {
    const { failed: reason, codec } = taken;
    await transport.call('failVideo', { photoId, reason, codec });
  } else {
    const { found, bytes } = taken;
    await transport.call('addVideo', { photoId: String(photoId), found: JSON.stringify(found), bytes });
  }
}

/** A worker of its own each time: what a broken video leaves behind goes with it. */
function takeApart(task: VideoTask, milliseconds: number): Promise<TakenApart> {
  const worker = new Worker(new URL('./take-apart.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<TakenApart>((resolve) => {
    const patience = setTimeout(() => resolve({ failed: 'damaged' }), milliseconds);
    worker.onmessage = ({ data }: MessageEvent<TakenApart>) => {
      clearTimeout(patience);
      resolve(data);
    };
    worker.onerror = () => {
      clearTimeout(patience);
      resolve({ failed: 'damaged' });
    };
    worker.postMessage(task);
  }).finally(() => worker.terminate());
}
