// Progress on standard error: a bar where that is a terminal, nothing where it is not.
import cliProgress from 'cli-progress';
import type { Activity, Doing } from './contract/types.ts';

const WORDS: Partial<Record<Doing, string>> = {
  scanning: 'Scanning',
  reading: 'Reading',
  training: 'Training',
  encoding: 'Writing codes',
};

export class ProgressLine {
  readonly #bar: cliProgress.SingleBar;
  #shown = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#bar = new cliProgress.SingleBar(
      {
        stream,
        noTTYOutput: false,
        hideCursor: true,
        clearOnComplete: true,
        format: '{what} {bar} {value} of {total} · {rate} a second · {left}',
      },
      cliProgress.Presets.shades_classic,
    );
  }

  show(activity: Activity): void {
    const what = WORDS[activity.doing];
    if (!what) return;
    const payload = {
      what: what.padEnd(13),
      rate: activity.perSecond.toFixed(activity.perSecond < 10 ? 1 : 0),
      left: activity.secondsLeft === null ? '…' : `${Math.ceil(activity.secondsLeft)} s left`,
    };
    if (!this.#shown) {
      this.#shown = true;
      this.#bar.start(activity.total, activity.done, payload);
    } else {
      this.#bar.setTotal(activity.total);
      this.#bar.update(activity.done, payload);
    }
  }

  close(): void {
    if (this.#shown) this.#bar.stop();
  }
}
