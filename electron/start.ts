// `npm start -- FOLDER…`: the desktop window where Electron is there or can be had, else the same page in the
// browser.
import './faces/check-node.ts';

const { start } = await import('./faces/commands/start.ts');
process.exitCode = await start(process.argv.slice(2));
