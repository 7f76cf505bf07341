// Tells the faces what goes on: at once where it matters, a few times a second at most where it flows.
import type { AnyEvent } from '../../contract/events.ts';
import type { Activity } from '../../contract/types.ts';

/** Milliseconds between two words about progress. */
const TELL_EVERY = 250;

export interface TellerSources {
  activity(): Activity;
  /** Version of the order of photos. */
  photosVersion(): number;
}

export class Teller {
  readonly #sources: TellerSources;
  readonly #emit: (event: AnyEvent) => void;
  #timer: NodeJS.Timeout | undefined;
  #activityTold: string | undefined;
  #photosTold = 0;

  constructor(sources: TellerSources, emit: (event: AnyEvent) => void) {
    this.#sources = sources;
    this.#emit = emit;
  }

  /** Something may have changed; what did is told soon. */
  tell(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tellNow();
    }, TELL_EVERY);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tellNow(): void {
    const activity = this.#sources.activity();
    const text = JSON.stringify(activity);
    if (text !== this.#activityTold) {
      this.#activityTold = text;
      this.#emit({ name: 'activityChanged', detail: activity });
    }
    const version = this.#sources.photosVersion();
    if (version !== this.#photosTold) {
      this.#photosTold = version;
      this.#emit({ name: 'photosChanged', detail: { version } });
    }
  }
}
