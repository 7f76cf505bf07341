// Progress on standard error: a bar where that is a terminal, nothing where it is not.
import cliProgress from 'cli-progress';
import type { Activity, Doing } from '../../contract/status.ts';

const WORDS: Partial<Record<Doing, string>> = {
  walking: 'Looking',
  reading: 'Reading',
  're-embedding': 'Looking anew',
  training: 'Training',
  encoding: 'Writing codes',
  comparing: 'Comparing',
};

export class ProgressLine {
  readonly #bar: cliProgress.SingleBar;
  readonly #stream: NodeJS.WriteStream;
  #shown = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#bar = new cliProgress.SingleBar(
      {
        stream,
        noTTYOutput: false,
        hideCursor: true,
        clearOnComplete: true,
        format: '{what} {bar} {rest}',
      },
      cliProgress.Presets.shades_classic,
    );
  }

  show({ doing, done, total, perSecond, secondsLeft }: Activity): void {
    const what = WORDS[doing];
    if (!what) return;
    const rate = `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} a second`;
    this.#draw(
      what.padEnd(13),
      done,
      total,
      `${done} of ${total} · ${rate} · ${secondsLeft === null ? '…' : `${Math.ceil(secondsLeft)} s left`}`,
    );
  }

  /** @param share of what is being done, in [0, 1] */
  showShare(what: string, share: number): void {
    this.#draw(what, Math.round(share * 100), 100, `${Math.round(share * 100)}%`);
  }

  #draw(what: string, done: number, total: number, rest: string): void {
    if (!this.#shown) {
      this.#shown = true;
      this.#bar.start(total, done, { what, rest });
    } else {
      this.#bar.setTotal(total);
      this.#bar.update(done, { what, rest });
    }
  }

  /** A line that stays, whether or not there is a terminal. */
  say(line: string): void {
    this.close();
    this.#stream.write(`${line}\n`);
  }

  close(): void {
    if (this.#shown) this.#bar.stop();
    this.#shown = false;
  }
}
