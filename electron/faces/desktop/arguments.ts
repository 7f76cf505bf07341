// What the application was started with.
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { readLink, type Opened } from './links.ts';
import { HIDDEN } from './start-at-login.ts';

export interface StartedWith {
  library: string | undefined;
  embedder: string | undefined;
  /** Files and folders. */
  paths: string[];
  links: Opened[];
  /** With the person's session: nobody has asked for the window. */
  isHidden: boolean;
}

/**
 * What stands after "--"; before it are Electron's own flags. A system that opens files with the installed application writes them behind
 * its name, without "--".
 */
function ownArguments(argv: readonly string[], isPackaged: boolean): string[] {
  const mark = argv.indexOf('--');
  if (mark >= 0) return argv.slice(mark + 1);
  return isPackaged ? argv.slice(1).filter((argument) => !argument.startsWith('-')) : [];
}

/** @param from the folder that relative paths start at */
export function readArguments(argv: readonly string[], isPackaged: boolean, from: string): StartedWith {
  const { values, positionals } = parseArgs({
    args: ownArguments(argv, isPackaged),
    // --port and --no-open are for the browser's face; here they are taken in and mean nothing.
    options: {
      library: { type: 'string' },
      embedder: { type: 'string' },
      port: { type: 'string' },
      'no-open': { type: 'boolean' },
      hidden: { type: 'boolean' },
    },
    allowPositionals: true,
    strict: false,
  });
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    library: values.library === undefined ? undefined : resolve(from, text(values.library) ?? ''),
    embedder: text(values.embedder),
    paths: positionals.filter((word) => !readLink(word)).map((path) => resolve(from, path)),
    links: positionals.map(readLink).filter((link) => link !== undefined),
    isHidden: argv.includes(HIDDEN),
  };
}
