// What the engine did, in a file of the library, for when something goes wrong. It holds no names of files, and is sent nowhere.
import electronLog from 'electron-log/node.js';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import type { AnyEvent } from '../../contract/events.ts';
import type { Doing } from '../../contract/status.ts';
import { describeFault, withoutNames } from './anonymous.ts';

/** Bytes of a file before it is set aside as `likeness.old.log`; the one before that goes. */
const LARGEST = 1_000_000;

export class Log {
  readonly #file: string;
  readonly #logger;
  #doing: Doing | undefined;
  #notice: string | undefined;

  constructor(libraryPath: string) {
    this.#file = join(libraryPath, 'logs', 'likeness.log');
    this.#logger = electronLog.create({ logId: this.#file });
    const { file, console } = this.#logger.transports;
    console.level = false;
    file.resolvePathFn = () => this.#file;
    file.maxSize = LARGEST;
    file.format = '{iso} {level} {text}';
  }

  say(line: string): void {
    this.#logger.info(line);
  }

  /** Something failed. Nobody foresaw it where it is no LikenessError: then the log tells where. @param doing what was being done */
  failed(doing: string, error: unknown): void {
    if (error instanceof LikenessError) this.#logger.warn(`${doing}: ${withoutNames(error.said)}`);
    else this.#logger.error(`${doing}: ${describeFault(error)}`);
  }

  /** Keeps of the engine's events what tells how it came to where it is. */
  hear(event: AnyEvent): void {
    if (event.name === 'activityChanged') this.#hearActivity(event.detail);
    else if (event.name === 'foldersChanged') this.say(`folders: ${event.detail.folders}`);
    else if (event.name === 'problemsChanged') this.say(`files that could not be read: ${event.detail.total}`);
    else if (event.name === 'modelAdopted') this.say(`model ${event.detail.modelId} answers`);
    else if (event.name === 'embedderChanged') this.say('another embedder, or the same by other means');
  }

  #hearActivity({ doing, total, notice }: Extract<AnyEvent, { name: 'activityChanged' }>['detail']): void {
    if (doing !== this.#doing) this.say(total > 0 ? `${doing}, ${total} in all` : doing);
    this.#doing = doing;
    const said = notice ? withoutNames(notice) : undefined;
    if (said !== undefined && said !== this.#notice) this.#logger.warn(said);
    this.#notice = said;
  }

  /** The last lines, the newest last. */
  tail(lines: number): string {
    if (!existsSync(this.#file)) return '';
    return readFileSync(this.#file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }
}
