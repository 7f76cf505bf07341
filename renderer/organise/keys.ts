// The keys that say something of photos; the same in the grid and in the viewer.
import { view } from '../shell/view.svelte.ts';
import { lastChange } from './changes.svelte.ts';
import { organise } from './organise.svelte.ts';

/** @param photoIds what a key is about; may be none @returns whether the key was one of these */
export function organiseByKey(event: KeyboardEvent, photoIds: () => readonly number[]): boolean {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.altKey) return false;
  if (event.ctrlKey || event.metaKey) {
    if (key === 'z') void (event.shiftKey ? lastChange.redo() : lastChange.undo());
    else if (key === 'y') void lastChange.redo();
    else return false;
    return true;
  }
  const about = (work: (photoIds: readonly number[]) => unknown): true => {
    const ids = photoIds();
    if (ids.length > 0) void view.attempt(() => work(ids));
    return true;
  };
  if (key === '.') return about((ids) => organise.toggleFavourite(ids));
  if (/^[0-5]$/.test(key)) return about((ids) => organise.rate(ids, Number(key)));
  if (key === 't') return about((ids) => organise.ask('tags', ids));
  if (key === 'a') return about((ids) => organise.ask('album', ids));
  if (key === 'e') return about((ids) => organise.ask('export', ids));
  if (key === 'h') return about((ids) => organise.toggleHidden(ids));
  if (key === 'Delete') return about((ids) => organise.ask('trash', ids));
  return false;
}
