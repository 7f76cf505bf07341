// The engine in a utility process of the desktop application, away from the thread that draws windows.
import { LikenessError } from './contract/errors.ts';
import { parseMediaPath } from './contract/media.ts';
import { createLink, type Wire } from './engine-link.ts';
import { Engine } from './engine/engine.ts';
import { dispatch } from './engine/gateway.ts';

/** What Electron gives a utility process to talk to its parent. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

export interface StartArguments {
  libraryPath: string;
  embedder?: string | undefined;
}

/** Serves one engine over a wire until it is told to close. */
export function serveEngine(wire: Wire, exit: () => void): void {
  let engine: Engine | undefined;
  const link = createLink(wire, async (target, argument) => {
    if (target === 'start') {
      const { libraryPath, embedder } = argument as StartArguments;
      engine = await Engine.open({
        libraryPath,
        embedder,
        watching: true,
        trainWhileReading: true,
        desktop: {
          openFile: async (path) => {
            await link.call('openFile', path);
          },
          showInFolder: async (path) => {
            await link.call('showInFolder', path);
          },
        },
      });
      engine.onEvent((event) => link.sendEvent(event));
      engine.start();
      return null;
    }
    if (target === 'close') {
      await engine?.close();
      setImmediate(exit);
      return null;
    }
    if (!engine) throw new LikenessError('unavailable', 'The library is not open yet.');
    if (target === 'media') {
      const request = parseMediaPath(String(argument));
      if (!request) throw new LikenessError('not-found', 'There is no such picture.');
      return engine.getMedia(request);
    }
    const { method, input } = argument as { method: unknown; input: unknown };
    return dispatch(engine, method, input);
  });
}

const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
if (parentPort) {
  serveEngine(
    {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
    },
    () => process.exit(0),
  );
}
