// The thread on which the built-in descriptor is computed.
import workerpool from 'workerpool';
import { describe } from './gist.ts';

export const tasks = { describe };

workerpool.worker(tasks);
