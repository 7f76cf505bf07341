// Which path lies where, as the system reads paths: Windows and macOS do not tell upper from lower case, and macOS not how an accent is
// written. Plain text: nothing is looked up.
import { sep } from 'node:path';

/** How a system reads paths. */
export interface PathRules {
  readonly separator: string;
  /** What two spellings of one path have in common. */
  readonly spelling: (path: string) => string;
}

export const rulesOf: Record<'linux' | 'darwin' | 'win32', PathRules> = {
  linux: { separator: '/', spelling: (path) => path },
  darwin: { separator: '/', spelling: (path) => path.normalize('NFC').toLowerCase() },
  win32: { separator: '\\', spelling: (path) => path.toLowerCase() },
};

const here: PathRules =
  process.platform === 'win32' || process.platform === 'darwin' ? rulesOf[process.platform] : rulesOf.linux;

/** Whether a path is a folder or lies below it. */
export function isWithin(path: string, folder: string, { separator, spelling }: PathRules = here): boolean {
  const [inner, outer] = [spelling(path), spelling(folder)];
  return inner === outer || inner.startsWith(withEnd(outer, separator));
}

/** Paths below a folder are from the first on and before the second, where they are spelled as the folder is. */
export function pathRange(folder: string, separator = sep): [string, string] {
  const prefix = withEnd(folder, separator);
  return [prefix, prefix.slice(0, -1) + String.fromCharCode(separator.charCodeAt(0) + 1)];
}

/** By what separator a path of any system is written. */
export const separatorOf = (path: string): string => (path.includes('/') ? '/' : '\\');

/** A folder as paths below it begin, which then go on with a separator: that of a drive, as "C:\", has one already. */
export function withoutEnd(folder: string, separator = separatorOf(folder)): string {
  return folder.endsWith(separator) ? folder.slice(0, -separator.length) : folder;
}

function withEnd(folder: string, separator: string): string {
  return folder.endsWith(separator) ? folder : folder + separator;
}

/** The same path where a folder around it lies somewhere else. @param from as the path spells it; may be of another system */
export function movedPath(path: string, from: string, to: string, separator = sep): string {
  const theirs = separatorOf(from);
  if (path === from) return to;
  return withoutEnd(to, separator) + path.slice(withoutEnd(from, theirs).length).replaceAll(theirs, separator);
}
