// `npm start -- FOLDER…`: the desktop window where Electron is there or can be had, else the same page in the
// browser.
import './check-node.ts';

const { start } = await import('./start-command.ts');
process.exitCode = await start(process.argv.slice(2));
