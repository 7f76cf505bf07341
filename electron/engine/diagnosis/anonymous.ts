// What went on, without the names of a person's files and folders.
import type { Filling, Sentence } from '../../contract/sentence.ts';

const HIDDEN = '…';

/** Filled in with numbers; words, which may be names, are left out. */
export function withoutNames({ text, values }: Sentence): string {
  const filled = (value: Filling | undefined): string => {
    if (typeof value === 'number') return String(value);
    return typeof value === 'object' ? withoutNames(value) : HIDDEN;
  };
  return text.replace(/\{(\d+)\}/g, (_, place: string) => filled(values[Number(place)]));
}

/** What is quoted, and what looks like a path or the name of a file, is left out. */
function withoutPaths(message: string): string {
  return message
    .replace(/(["'`]).*?\1/gs, HIDDEN)
    .replace(/\S*[\\/].*/g, HIDDEN)
    .replace(/\S+\.[a-z]\w{1,4}\b/gi, HIDDEN);
}

/** An error that nobody foresaw: its kind, its message as far as it can hold no name, and where it came from in our own code. */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error} was thrown`;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const places = (error.stack ?? '')
    .split('\n')
    .map((line) => /^\s+at (?:(.*) \()?.*[\\/](.+?:\d+):\d+\)?$/.exec(line))
    .filter((found) => found !== null)
    .map(([, name, place]) => `    at ${name ? `${name} (${place})` : place}`);
  const cause = error.cause === undefined ? [] : [`  caused by ${describeFault(error.cause)}`];
  // What the system says more is a path.
  const said = code && syscall ? `${code} by ${syscall}` : withoutPaths(error.message);
  return [`${error.name}: ${said}`, ...places, ...cause].join('\n');
}
