// The one file that knows how the page reaches the engine: through the preload's bridge in the desktop
// window, over HTTP in a browser.
import type { ChangedChoices, DesktopState } from '../../electron/contract/desktop.ts';
import type { Client, Input, MethodName, Output } from '../../electron/contract/methods.ts';
import type { AnyEvent } from '../../electron/contract/events.ts';
import type { Outcome } from '../../electron/contract/outcome.ts';
import type { ErrorMessage } from '../../electron/contract/errors.ts';
import { fromEngine } from '../words/engine.ts';
import { t } from '../words/t.ts';

export interface Transport extends Client {
  onEvent(listener: (event: AnyEvent) => void, onConnection: (connected: boolean) => void): void;
  /** Lets the person choose folders with the system's own dialog; absent where there is none. */
  chooseFolders?(): Promise<string[]>;
  /** Lets the files of photos be dropped into other programs, under a small picture; absent where the browser does it. */
  startDrag?(photoIds: readonly number[], contentId: number): void;
  /** What is chosen of the window and its place in the system, after some of it was changed; absent in a browser. */
  desktop?(changed: ChangedChoices): Promise<DesktopState>;
  /** Where a dropped folder lies; absent where the page cannot know. */
  pathOf?(file: File): string;
}

export class CallError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Its message is in the language of the page. */
const callError = ({ code, said }: ErrorMessage): CallError => new CallError(code, fromEngine(said));

interface Bridge {
  call(method: string, input: unknown, id: number): Promise<unknown>;
  cancel(id: number): void;
  chooseFolders(): Promise<unknown>;
  desktop(changed: unknown): Promise<unknown>;
  onEvent(listener: (event: unknown) => void): void;
  pathOf(file: File): string;
  startDrag(photoIds: number[], contentId: number): void;
}

const bridge = (window as { likeness?: Bridge }).likeness;

export const transport: Transport = bridge ? throughBridge(bridge) : overHttp();

function throughBridge(to: Bridge): Transport {
  let next = 1;
  const open = <T>(answer: unknown): T => {
    const either = answer as Outcome<T>;
    if ('error' in either) throw callError(either.error);
    return either.ok;
  };
  return {
    async call<M extends MethodName>(method: M, input: Input<M>, signal?: AbortSignal) {
      const id = next++;
      signal?.addEventListener('abort', () => to.cancel(id), { once: true });
      return open<Output<M>>(await to.call(method, input, id));
    },
    chooseFolders: async () => open<string[]>(await to.chooseFolders()),
    desktop: async (changed) => open<DesktopState>(await to.desktop(changed)),
    pathOf: (file) => to.pathOf(file),
    startDrag: (photoIds, contentId) => to.startDrag([...photoIds], contentId),
    onEvent(listener, onConnection) {
      to.onEvent((event) => listener(event as AnyEvent));
      onConnection(true);
    },
  };
}

function overHttp(): Transport {
  return {
    async call<M extends MethodName>(method: M, input: Input<M>, signal?: AbortSignal) {
      let response: Response;
      try {
        const [address, init] = request(method, input);
        response = await fetch(address, { ...init, signal: signal ?? null });
      } catch {
        if (signal?.aborted) throw new CallError('cancelled', `${method} was cancelled.`);
        throw new CallError('unavailable', t('status.no-answer'));
      }
      const text = await response.text();
      if (response.ok) return JSON.parse(text) as Output<M>;
      const isJson = response.headers.get('Content-Type') === 'application/json';
      throw isJson ? callError(JSON.parse(text) as ErrorMessage) : new CallError('internal', text);
    },
    onEvent(listener, onConnection) {
      const stream = new EventSource('/events');
      stream.onmessage = ({ data }: MessageEvent<string>) => listener(JSON.parse(data) as AnyEvent);
      stream.onopen = () => onConnection(true);
      stream.onerror = () => onConnection(false);
    },
  };
}

/** A file travels as the body itself, beside an address that says the rest, which is text; everything else as JSON. */
function request(method: MethodName, input: object): [string, RequestInit] {
  const { bytes, ...rest } = input as { bytes?: Uint8Array<ArrayBuffer> };
  if (!bytes) return [`/api/${method}`, { method: 'POST', body: JSON.stringify(input) }];
  const said = Object.entries<string | undefined>(rest).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return [`/api/${method}?${new URLSearchParams(said)}`, { method: 'POST', body: bytes }];
}
