// Where the catalogue lives unless the person says otherwise: the platform's data folder.
import envPaths from 'env-paths';

export function defaultLibraryPath(): string {
  return envPaths('Likeness', { suffix: '' }).data;
}
