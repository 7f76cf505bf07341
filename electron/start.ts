// `npm start -- FOLDER…`: the desktop window where Electron is there or can be had, else the same page in the
// browser.
import { nodeTooOld } from './node-version.ts';

const complaint = nodeTooOld(process.versions.node);
if (complaint) {
  console.error(complaint);
  process.exit(1);
}
process.env.UV_THREADPOOL_SIZE ??= '16';
const { start } = await import('./start-command.ts');
process.exitCode = await start(process.argv.slice(2));
