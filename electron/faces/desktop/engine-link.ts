// The wire between the window's process and the engine's: calls one way, answers and events the other.
import { fromErrorMessage, LikenessError, toErrorMessage, type ErrorMessage } from '../../contract/errors.ts';
import type { AnyEvent } from '../../contract/events.ts';
import type { Sentence } from '../../contract/sentence.ts';

/** What a MessagePort, a utility process and a process's parent port have in common, once adapted. */
export interface Wire {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

type Message =
  | { kind: 'call'; id: number; target: string; argument: unknown }
  | { kind: 'cancel'; id: number }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'failure'; id: number; error: ErrorMessage }
  | { kind: 'event'; event: AnyEvent };

export interface Link {
  /**
   * @param signal tells the other side that nobody waits for the answer any more
   * @throws LikenessError as the other side threw it
   */
  call(target: string, argument: unknown, signal?: AbortSignal): Promise<unknown>;
  sendEvent(event: AnyEvent): void;
  /** Fails every call that is still open. */
  breakOff(reason: Sentence): void;
}

/**
 * @param serve answers calls from the other side
 * @param onEvent hears its events
 */
export function createLink(
  wire: Wire,
  serve: (target: string, argument: unknown, signal: AbortSignal) => Promise<unknown>,
  onEvent: (event: AnyEvent) => void = () => undefined,
): Link {
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const serving = new Map<number, AbortController>();
  let next = 1;
  wire.onMessage((raw) => {
    const message = raw as Message;
    if (message.kind === 'event') onEvent(message.event);
    else if (message.kind === 'cancel') serving.get(message.id)?.abort();
    else if (message.kind === 'call') {
      const { id } = message;
      const abort = new AbortController();
      serving.set(id, abort);
      serve(message.target, message.argument, abort.signal)
        .then(
          (value) => wire.send({ kind: 'answer', id, value } satisfies Message),
          (error: unknown) => wire.send({ kind: 'failure', id, error: toErrorMessage(error) } satisfies Message),
        )
        .finally(() => serving.delete(id));
    } else {
      const caller = open.get(message.id);
      open.delete(message.id);
      if (message.kind === 'answer') caller?.resolve(message.value);
      else caller?.reject(fromErrorMessage(message.error));
    }
  });
  return {
    call: (target, argument, signal) =>
      new Promise((resolve, reject) => {
        const id = next++;
        open.set(id, { resolve, reject });
        wire.send({ kind: 'call', id, target, argument } satisfies Message);
        signal?.addEventListener('abort', () => wire.send({ kind: 'cancel', id } satisfies Message), { once: true });
      }),
    sendEvent: (event) => wire.send({ kind: 'event', event } satisfies Message),
    breakOff(reason) {
      for (const { reject } of open.values()) reject(new LikenessError('unavailable', reason));
      open.clear();
    },
  };
}
