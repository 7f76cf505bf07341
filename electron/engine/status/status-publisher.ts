// Tells the faces what goes on: at once where it matters, a few times a second at most where it flows.
import type { AnyEvent } from '../../contract/events.ts';
import type { Activity } from '../../contract/status.ts';

/** Milliseconds between two words about progress. */
const PUBLISH_EVERY = 250;

export interface StatusSources {
  activity(): Activity;
  /** Version of the order of photos. */
  photosVersion(): number;
}

export class StatusPublisher {
  readonly #sources: StatusSources;
  readonly #emit: (event: AnyEvent) => void;
  readonly #onLooked: () => void;
  #timer: NodeJS.Timeout | undefined;
  #activityPublished: string | undefined;
  #photosPublished = 0;

  /** @param onLooked called after each look at what goes on, whether something changed or not */
  constructor(sources: StatusSources, emit: (event: AnyEvent) => void, onLooked: () => void) {
    this.#sources = sources;
    this.#emit = emit;
    this.#onLooked = onLooked;
  }

  /** Something may have changed; what did is told soon. */
  publish(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#publishNow();
    }, PUBLISH_EVERY);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #publishNow(): void {
    const activity = this.#sources.activity();
    const text = JSON.stringify(activity);
    if (text !== this.#activityPublished) {
      this.#activityPublished = text;
      this.#emit({ name: 'activityChanged', detail: activity });
    }
    const version = this.#sources.photosVersion();
    if (version !== this.#photosPublished) {
      this.#photosPublished = version;
      this.#emit({ name: 'photosChanged', detail: { version } });
    }
    this.#onLooked();
  }
}
