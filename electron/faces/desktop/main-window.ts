// The one window: sandboxed, where it was the last time, and hidden rather than closed where that is chosen.
import { app, BrowserWindow, screen } from 'electron';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSmallFile } from './small-file.ts';
import { placeOn, readPlace } from './window-place.ts';

const FIRST_SIZE = { width: 1280, height: 820 };

/**
 * @param isHidden at first
 * @param staysOpen whether closing it only hides it
 */
export function openMainWindow(isHidden: boolean, staysOpen: () => boolean): BrowserWindow {
  const placeFile = join(app.getPath('userData'), 'window.json');
  const kept = readPlace(placeFile);
  const window = new BrowserWindow({
    ...FIRST_SIZE,
    ...(kept &&
      placeOn(
        kept,
        screen.getAllDisplays().map(({ workArea }) => workArea),
      )),
    minWidth: 640,
    minHeight: 480,
    title: 'Likeness',
    show: !isHidden,
    webPreferences: {
      preload: fileURLToPath(new URL('../../preload.cjs', import.meta.url)),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
    },
  });
  if (kept?.isMaximized && !isHidden) window.maximize();
  window.on('close', (event) => {
    try {
      writeSmallFile(placeFile, { ...window.getNormalBounds(), isMaximized: window.isMaximized() });
    } catch {
      // On a full disk: the window opens as at the first start.
    }
    if (!staysOpen()) return;
    event.preventDefault();
    window.hide();
  });
  return window;
}
