// The one bridge into the sandboxed page: three functions, nothing of Electron's own.
import { contextBridge, ipcRenderer, webUtils } from 'electron';

contextBridge.exposeInMainWorld('likeness', {
  call: (method: unknown, input: unknown) => ipcRenderer.invoke('likeness:call', method, input) as Promise<unknown>,
  chooseFolders: () => ipcRenderer.invoke('likeness:choose-folder') as Promise<unknown>,
  onEvent: (listener: (event: unknown) => void) => {
    ipcRenderer.on('likeness:event', (_, event: unknown) => listener(event));
  },
  /** Where a dropped file or folder lies. */
  pathOf: (file: File) => webUtils.getPathForFile(file),
});
