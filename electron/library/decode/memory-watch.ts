// A thread of a reader process that ends the process where a file makes it hold too much: the decoder itself may be in a loop without end.
import { MOST_MEMORY } from './most-memory.ts';

/** Milliseconds between two looks. */
const EVERY = 100;

setInterval(() => {
  if (process.memoryUsage.rss() > MOST_MEMORY) process.kill(process.pid, 'SIGKILL');
}, EVERY);
