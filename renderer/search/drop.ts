// Pictures, words and folders that come from outside the page: dropped, or pasted.
import { searchHistory } from './history.svelte.ts';
import { MOST_LETTERS } from './query.ts';
import { transport } from '../shell/transport.ts';
import { view } from '../shell/view.svelte.ts';
import { t } from '../words/t.ts';

/** Pictures, or words, become the query; a folder is offered to the library. */
export async function takeDrop(event: DragEvent): Promise<void> {
  const items = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  const folder = items.find((item) => item.webkitGetAsEntry()?.isDirectory);
  const files = [...(event.dataTransfer?.files ?? [])];
  if (folder) {
    const file = folder.getAsFile();
    if (transport.pathOf && file) {
      const path = transport.pathOf(file);
      await view.attempt(() => transport.call('addFolder', { path }));
    } else {
      view.choosingFolder = { reason: t('folder-chooser.drop') };
    }
  } else if (files.length > 0 || !takeWords(event.dataTransfer)) await takeFiles(files, t('query.no-file'));
}

export async function takePaste(event: ClipboardEvent): Promise<void> {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length > 0) {
    event.preventDefault();
    await takeFiles(files, '');
    return;
  }
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  if (!isTyping && takeWords(event.clipboardData)) event.preventDefault();
}

/** Pictures that the system opened with the application become the query. */
export const takeOpened = (files: readonly { name: string; bytes: Uint8Array<ArrayBuffer> }[]): Promise<void> =>
  takeFiles(
    files.map(({ name, bytes }) => new File([bytes], name)),
    '',
  );

/** @returns whether there were any */
function takeWords(data: DataTransfer | null): boolean {
  const words = data?.getData('text/plain').replace(/\s+/g, ' ').trim().slice(0, MOST_LETTERS);
  if (!words) return false;
  view.panel = 'photos';
  searchHistory.askWords(words);
  return true;
}

async function takeFiles(files: readonly File[], whenNone: string): Promise<void> {
  if (files.length === 0) {
    view.word = whenNone;
    return;
  }
  const pictures = files.filter(({ type }) => type.startsWith('image/'));
  view.panel = 'photos';
  // Some systems do not know the kind of every picture: then all files are tried.
  await view.attempt(() => searchHistory.askFiles(pictures.length > 0 ? pictures : files));
}
