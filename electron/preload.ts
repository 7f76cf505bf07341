// The one bridge into the sandboxed page: a few functions, nothing of Electron's own.
import { contextBridge, ipcRenderer, webUtils } from 'electron';

contextBridge.exposeInMainWorld('likeness', {
  /** @param id a number of the caller's, by which the call can be cancelled */
  call: (method: unknown, input: unknown, id: unknown) =>
    ipcRenderer.invoke('likeness:call', method, input, id) as Promise<unknown>,
  cancel: (id: unknown) => ipcRenderer.send('likeness:cancel', id),
  chooseFolders: () => ipcRenderer.invoke('likeness:choose-folder') as Promise<unknown>,
  /** What is chosen of the window and its place in the system. @param changed choices that are others from now on */
  desktop: (changed: unknown) => ipcRenderer.invoke('likeness:desktop', changed) as Promise<unknown>,
  onEvent: (listener: (event: unknown) => void) => {
    ipcRenderer.on('likeness:event', (_, event: unknown) => listener(event));
  },
  /** Lets the files of photos be dropped into other programs. @param contentId whose small picture goes with the pointer */
  startDrag: (photoIds: unknown, contentId: unknown) => ipcRenderer.send('likeness:drag', photoIds, contentId),
  /** Where a dropped file or folder lies. */
  pathOf: (file: File) => webUtils.getPathForFile(file),
});
