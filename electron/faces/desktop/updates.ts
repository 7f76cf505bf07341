// New versions, from the page where they are published: looked for only where the person said so, fetched and put in only after a word each.
import { z } from 'zod';
import { readSmallFile, writeSmallFile } from './small-file.ts';
import { filled, type Words } from './words.ts';

/** What is used of electron-updater. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  checkForUpdates(): Promise<{ isUpdateAvailable: boolean; updateInfo: { version: string } } | null>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(): void;
}

export interface UpdatesOptions {
  readonly words: Words;
  /** Opened when it is needed: before that, nothing of it is loaded. */
  readonly updater: () => Promise<Updater>;
  /** Asks the person. @returns which of the buttons, from 0 */
  readonly ask: (message: string, detail: string, buttons: readonly string[]) => Promise<number>;
  /** What the person said before, and keeps what is said now. */
  readonly wanted: () => 'not-asked' | 'weekly' | 'never';
  readonly onWanted: (wanted: 'weekly' | 'never') => void;
  /** Where it is kept when it was last looked. */
  readonly file: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const WEEK = 7 * 24 * 3600 * 1000;
const kept = z.object({ starts: z.int().min(0), lookedAt: z.number() });

export class Updates {
  readonly #options: UpdatesOptions;
  readonly #now: () => number;

  constructor(options: UpdatesOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /**
   * Asks whether it may look, from the second start on; looks where that is due.
   * @throws as lookIfDue does
   */
  async atStart(): Promise<void> {
    const { words, ask, wanted, onWanted } = this.#options;
    const { starts } = this.#kept();
    this.#keep({ starts: starts + 1 });
    if (wanted() === 'not-asked') {
      if (starts === 0) return;
      const isWanted = (await ask(words.askVersions, words.askVersionsMore, [words.weekly, words.never])) === 0;
      onWanted(isWanted ? 'weekly' : 'never');
    }
    await this.lookIfDue();
  }

  /**
   * Looks where the person wants that, and a week has gone by.
   * @throws what went wrong on the way; nothing is changed then, and it is tried again a week later
   */
  async lookIfDue(): Promise<void> {
    const { lookedAt } = this.#kept();
    if (this.#options.wanted() !== 'weekly' || Math.abs(this.#now() - lookedAt) < WEEK) return;
    this.#keep({ lookedAt: this.#now() });
    await this.#look();
  }

  #kept(): z.infer<typeof kept> {
    return readSmallFile(this.#options.file, kept) ?? { starts: 0, lookedAt: 0 };
  }

  #keep(some: Partial<z.infer<typeof kept>>): void {
    writeSmallFile(this.#options.file, { ...this.#kept(), ...some });
  }

  async #look(): Promise<void> {
    const { words, ask } = this.#options;
    const updater = await this.#options.updater();
    updater.autoDownload = false;
    updater.autoInstallOnAppQuit = true;
    const found = await updater.checkForUpdates();
    if (!found?.isUpdateAvailable) return;
    const { version } = found.updateInfo;
    if ((await ask(filled(words.newVersion, version), words.newVersionMore, [words.fetchIt, words.later])) !== 0)
      return;
    await updater.downloadUpdate();
    if ((await ask(filled(words.fetched, version), words.fetchedMore, [words.restart, words.later])) === 0)
      updater.quitAndInstall();
  }
}
