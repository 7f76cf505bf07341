// The thread on which pictures are described.
import workerpool from 'workerpool';
import { describeScene } from '../../numeric/gist.ts';

workerpool.worker({ describeScene });
