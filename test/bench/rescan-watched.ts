// A program of its own that follows the folder of a library, as the engine does at each start: node rescan-watched.ts LIBRARY
import { readFileSync } from 'node:fs';
import { Library } from '../../electron/library/library.ts';
import { syncOf } from './rescan-sync.ts';

const library = Library.open(process.argv[2]);
const sync = syncOf(library, true);
const start = performance.now();
await sync.start(library.folders.all()[0]);
const seconds = (performance.now() - start) / 1000;
console.log(
  `  watched by a program of its own: ${seconds.toFixed(1)} s until all is followed and looked through; it holds ${memory('RssAnon')} MiB, at most ${memory('VmHWM')} MiB with the pages of the catalogue that it has read`,
);
await sync.close();
library.close();

/** Linux alone tells it. */
function memory(what: string): string {
  try {
    const kibibytes = new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))![1];
    return (Number(kibibytes) / 1024).toFixed(0);
  } catch {
    return '?';
  }
}
