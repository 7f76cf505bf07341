// Notes in the library which photos somebody looks at: those that stay in sight for a moment.
import { transport } from '../shell/transport.ts';
import { view } from '../shell/view.svelte.ts';

/** Milliseconds. */
const A_MOMENT = 1000;
let timer: ReturnType<typeof setTimeout> | undefined;

export function noteLook(photoId: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void note(photoId), A_MOMENT);
}

async function note(photoId: number): Promise<void> {
  try {
    await transport.call('noteLook', { photoId });
  } catch (error) {
    view.word = (error as Error).message;
  }
}
