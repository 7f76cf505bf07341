// Started with the person's session, where that is wanted. Electron sets it on Windows and macOS; on Linux it is a file of its own kind.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';

/** Given at a start with the session: the window stays closed. */
export const HIDDEN = '--hidden';

/** @see the Desktop Application Autostart Specification of freedesktop.org */
const autostartFile = (env: NodeJS.ProcessEnv): string =>
  join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'autostart', 'likeness.desktop');

/** A word of a desktop entry's Exec, quoted (Desktop Entry Specification, "The Exec key"). */
const quoted = (word: string): string => `"${word.replace(/[\\"`$]/g, '\\$&').replaceAll('%', '%%')}"`;

/** @param program what the system starts, and its first words */
export function startAtLogin(
  wanted: boolean,
  app: Pick<App, 'setLoginItemSettings'>,
  program: readonly [string, ...string[]],
  platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): void {
  const [path, ...words] = program;
  if (platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: wanted, path, args: [...words, HIDDEN] });
    return;
  }
  const file = autostartFile(env);
  if (!wanted) {
    rmSync(file, { force: true });
    return;
  }
  // An AppImage lies elsewhere at each start; its own file is what starts it.
  const starts = env.APPIMAGE ? [env.APPIMAGE] : [path, ...words];
  mkdirSync(join(file, '..'), { recursive: true });
  const exec = [...starts, HIDDEN].map(quoted).join(' ');
  writeFileSync(
    file,
    `[Desktop Entry]\nType=Application\nName=Likeness\nExec=${exec}\nX-GNOME-Autostart-enabled=true\n`,
  );
}
