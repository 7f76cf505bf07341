// How far the work is, how fast it goes and what there is to say of it.
import type { Activity, Doing } from '../../contract/status.ts';
import { Rate } from './rate.ts';
import type { PhotoCounts } from '../../library/rows/photo-rows.ts';
import type { Sentence } from '../../contract/sentence.ts';

/** Work of one photo, or of one epoch, after the other, as against reading and waiting. */
const STEPPED: ReadonlySet<Doing> = new Set<Doing>([
  're-embedding',
  'training',
  'encoding',
  'comparing',
  'measuring',
  'merging',
  'parts',
]);

export class Progress {
  /** A sentence for the person. */
  notice: Sentence | null = null;
  readonly #rate = new Rate();
  #step = { done: 0, total: 0 };
  #read = 0;

  /** A scan has found so many files. */
  found(files: number): void {
    this.#step = { done: files, total: files };
  }

  /** So many more photos are read. */
  read(photos: number): void {
    this.#read += photos;
    this.#rate.mark(Date.now(), this.#read);
  }

  /** Of what is done at rest. */
  step(done: number, total: number): void {
    if (done === 0) this.#rate.reset();
    this.#rate.mark(Date.now(), done);
    this.#step = { done, total };
  }

  /** Reading is over. */
  restart(): void {
    this.#rate.reset();
    this.#read = 0;
  }

  /** @param counts photos of the library @param videosWaiting those that a page can look at now */
  activity(doing: Doing, counts: PhotoCounts, videosWaiting: number): Activity {
    const rate = this.#rate.perSecond();
    if (doing !== 'reading' && doing !== 'paused' && doing !== 'stopped') {
      const busy = STEPPED.has(doing);
      const left = busy && rate > 0 ? (this.#step.total - this.#step.done) / rate : null;
      return {
        doing,
        ...this.#step,
        perSecond: busy ? rate : 0,
        secondsLeft: left,
        videosWaiting,
        notice: this.notice,
      };
    }
    return {
      doing,
      done: counts.indexed + counts.failed,
      total: counts.photos - counts.videosWaiting,
      perSecond: doing === 'reading' ? rate : 0,
      secondsLeft: doing === 'reading' && rate > 0 ? counts.waiting / rate : null,
      videosWaiting,
      notice: this.notice,
    };
  }
}
