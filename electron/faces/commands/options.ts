// Options and their values, for all commands.
import { InvalidArgumentError } from 'commander';

/** JSON, on standard output. */
export function print(value: unknown): void {
  process.stdout.write(JSON.stringify(value) + '\n');
}

export function wholeNumber(least: number, most: number, step = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most || value % step !== 0) {
      throw new InvalidArgumentError(
        `Expected a whole number from ${least} to ${most}${step > 1 ? ` in steps of ${step}` : ''}.`,
      );
    }
    return value;
  };
}

/** Reads what stands between commas. */
export function listOf<T>(one: (text: string) => T): (text: string) => T[] {
  return (text) => text.split(',').map(one);
}

export function oneOf<T extends string>(known: readonly T[]): (text: string) => T {
  return (text) => {
    const found = known.find((one) => one === text);
    if (found === undefined) throw new InvalidArgumentError(`Expected some of ${known.join(', ')}.`);
    return found;
  };
}

/** Of every command that looks at a library. */
export interface CommonOptions {
  library: string;
  json?: boolean;
}
