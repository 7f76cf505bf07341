// Messages from the page: from our page alone, its top frame alone. Arguments are checked by the gateway, or here.
import { dialog, ipcMain, nativeImage } from 'electron';
import { changedChoices, type ChangedChoices, type DesktopState } from '../../contract/desktop.ts';
import { LikenessError, toErrorMessage } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';
import type { Link } from './engine-link.ts';
import { isOurAddress } from './serve-page.ts';

function isOurPage(frame: Electron.WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isOurAddress(frame.url);
}

async function answer(frame: Electron.WebFrameMain | null, work: () => unknown): Promise<unknown> {
  try {
    if (!isOurPage(frame))
      throw new LikenessError('bad-input', say`Messages are taken from the page of Likeness only.`);
    return { ok: await work() };
  } catch (error) {
    return { error: toErrorMessage(error) };
  }
}

/** @param desktop what is chosen of the window, and changes it */
export function answerPage(link: Pick<Link, 'call'>, desktop: (changed: ChangedChoices) => DesktopState): void {
  const calls = new Map<number, AbortController>();
  ipcMain.handle('likeness:call', (event, method: unknown, input: unknown, id: unknown) =>
    answer(event.senderFrame, async () => {
      const abort = new AbortController();
      if (typeof id === 'number') calls.set(id, abort);
      try {
        return await link.call('method', { method, input }, abort.signal);
      } finally {
        if (typeof id === 'number') calls.delete(id);
      }
    }),
  );
  ipcMain.on('likeness:cancel', (event, id: unknown) => {
    if (isOurPage(event.senderFrame) && typeof id === 'number') calls.get(id)?.abort();
  });
  // The files of some photos go with the pointer to another program, under the small picture of one of them.
  ipcMain.on('likeness:drag', (event, photoIds: unknown, contentId: unknown) => {
    if (!isOurPage(event.senderFrame)) return;
    void Promise.all([
      link.call('method', { method: 'listPaths', input: { photoIds } }),
      link.call('media', `/media/thumbnail/${Number(contentId)}`),
    ]).then(
      ([found, jpeg]) => {
        const { paths } = found as { paths: string[] };
        const icon = nativeImage.createFromBuffer(Buffer.from(jpeg as Uint8Array)).resize({ width: 96 });
        if (paths.length > 0) event.sender.startDrag({ file: paths[0]!, files: paths, icon });
      },
      // A photo that has gone meanwhile is not dragged.
      () => undefined,
    );
  });
  ipcMain.handle('likeness:choose-folder', (event) =>
    answer(event.senderFrame, async () => {
      const { filePaths } = await dialog.showOpenDialog({ properties: ['openDirectory', 'multiSelections'] });
      return filePaths;
    }),
  );
  ipcMain.handle('likeness:desktop', (event, changed: unknown) =>
    answer(event.senderFrame, () => {
      const parsed = changedChoices.safeParse(changed ?? {});
      if (!parsed.success) {
        const issue = parsed.error.issues[0]!;
        throw new LikenessError(
          'bad-input',
          say`The choice "${issue.path.join('.')}" has a wrong shape: ${issue.message}.`,
        );
      }
      return desktop(parsed.data);
    }),
  );
}
