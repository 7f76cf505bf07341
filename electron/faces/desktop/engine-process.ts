// The engine in a utility process of the desktop application, away from the thread that draws windows.
import { LikenessError } from '../../contract/errors.ts';
import { parseMediaPath, parseVideoPath } from '../../contract/media.ts';
import { createLink, type Wire } from './engine-link.ts';
import { Engine } from '../../engine/engine.ts';
import { dispatch } from '../../engine/gateway.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

/** What Electron gives a utility process to talk to its parent. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

export interface StartArguments {
  libraryPath: string;
  embedder?: string | undefined;
  /** What is to be said at the start. */
  notice?: Sentence | undefined;
}

/** Serves one engine over a wire until it is told to close. */
export function serveEngine(wire: Wire, exit: () => void): void {
  const opening = Promise.withResolvers<Engine>();
  // Whoever asks meanwhile waits; without anybody, its failure is the start's to tell.
  opening.promise.catch(() => undefined);
  const link = createLink(wire, async (target, argument, signal) => {
    if (target === 'start') {
      const { libraryPath, embedder, notice } = argument as StartArguments;
      const starting = Engine.open({
        libraryPath,
        embedder,
        watching: true,
        trainWhileReading: true,
        notice,
        onOpening: (opening) => link.sendEvent({ name: 'libraryOpening', detail: { notice: opening } }),
        desktop: {
          openFile: async (path) => {
            await link.call('openFile', path);
          },
          showInFolder: async (path) => {
            await link.call('showInFolder', path);
          },
          moveToTrash: async (path) => {
            await link.call('moveToTrash', path);
          },
        },
      });
      opening.resolve(starting);
      const engine = await starting;
      engine.onEvent((event) => link.sendEvent(event));
      engine.start();
      return null;
    }
    if (target === 'close') {
      opening.reject(new LikenessError('unavailable', say`The library was never opened.`));
      await opening.promise.then((engine) => engine.close()).catch(() => undefined);
      setImmediate(exit);
      return null;
    }
    const engine = await opening.promise;
    if (target === 'hold') {
      engine.holdWork(argument === true);
      return null;
    }
    if (target === 'video') return engine.getVideo(parseVideoPath(String(argument)) ?? 0);
    if (target === 'media') {
      const request = parseMediaPath(String(argument));
      if (!request) throw new LikenessError('not-found', say`There is no such picture.`);
      return engine.getMedia(request);
    }
    const { method, input } = argument as { method: unknown; input: unknown };
    return dispatch(engine.methods, method, input, signal, (asked, error) => engine.log.failed(asked, error));
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
