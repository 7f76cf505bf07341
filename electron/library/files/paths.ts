// Which path lies where.
import { sep } from 'node:path';

/** Whether a path is a folder or lies below it. */
export function isWithin(path: string, folder: string, separator = sep): boolean {
  return path === folder || path.startsWith(folder.endsWith(separator) ? folder : folder + separator);
}
