import { describe, expect, it } from 'vitest';
import { LikenessError, toErrorMessage } from '../../../electron/contract/errors.ts';
import { inEnglish } from '../../../electron/contract/sentence.ts';
import { EngineKeeper } from '../../../electron/faces/desktop/engine-keeper.ts';

interface Posted {
  kind: string;
  id: number;
  target: string;
  argument: { notice?: { text: string }; libraryPath?: string };
}

/** An engine's process that answers as the test says. */
class Child {
  readonly posted: Posted[] = [];
  #listener: (message: unknown) => void = () => undefined;
  #exit: () => void = () => undefined;

  send = (message: unknown): void => void this.posted.push(message as Posted);
  onMessage = (listener: (message: unknown) => void): void => void (this.#listener = listener);
  onExit = (listener: () => void): void => void (this.#exit = listener);

  answer(value: unknown, at = -1): void {
    this.#listener({ kind: 'answer', id: this.posted.at(at)!.id, value });
  }

  refuse(error: LikenessError): void {
    this.#listener({ kind: 'failure', id: this.posted.at(-1)!.id, error: toErrorMessage(error) });
  }

  end(): void {
    this.#exit();
  }
}

function keeper() {
  const children: Child[] = [];
  const told = { startedAgain: 0, givenUp: [] as string[] };
  const clock = { now: 0 };
  const kept = new EngineKeeper({
    fork: () => {
      const child = new Child();
      children.push(child);
      return child;
    },
    startWith: { libraryPath: '/library' },
    serve: () => Promise.resolve(null),
    onEvent: () => undefined,
    onStartedAgain: () => told.startedAgain++,
    onGivenUp: (reason) => told.givenUp.push(inEnglish(reason)),
    now: () => clock.now,
  });
  return { kept, children, told, clock, newest: () => children.at(-1)! };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('An engine that ends unexpectedly', () => {
  it('is started again with the same library, which says so, and answers what is asked from then on', async () => {
    const { kept, children, told, newest } = keeper();
    expect(newest().posted[0]).toMatchObject({ target: 'start', argument: { libraryPath: '/library' } });
    newest().answer(null);
    await kept.started;
    const lost = kept.call('method', { method: 'getStatus' });
    children[0].end();
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
    expect(children).toHaveLength(2);
    const [start] = newest().posted;
    expect(start).toMatchObject({ target: 'start', argument: { libraryPath: '/library' } });
    expect(start.argument.notice!.text).toMatch(/started again\. Nothing is lost/);
    expect(told.startedAgain).toBe(0);
    newest().answer(null);
    await settled();
    expect(told.startedAgain).toBe(1);
    const asked = kept.call('method', { method: 'getStatus' });
    newest().answer('here');
    expect(await asked).toBe('here');
  });

  it('is started again three times in an hour, and then given up in a sentence', async () => {
    const { kept, children, told, clock, newest } = keeper();
    newest().answer(null);
    await kept.started;
    for (let time = 1; time <= 3; time++) {
      newest().end();
      newest().answer(null);
      await settled();
    }
    expect([children.length, told.startedAgain, told.givenUp]).toEqual([4, 3, []]);
    // Those were long ago.
    clock.now += 4_000_000;
    newest().end();
    newest().answer(null);
    await settled();
    expect([children.length, told.givenUp]).toEqual([5, []]);
    for (let time = 1; time <= 3; time++) newest().end();
    expect(children).toHaveLength(7);
    expect(told.givenUp).toEqual([expect.stringMatching(/several times\. Nothing is lost/)]);
  });

  it('while it opens its library, is started again, and told only when that does not help', async () => {
    const { kept, children, told, newest } = keeper();
    newest().end();
    expect(children).toHaveLength(2);
    newest().answer(null);
    await kept.started;
    const other = keeper();
    for (let time = 1; time <= 4; time++) other.newest().end();
    await expect(other.kept.started).rejects.toThrow(/several times/);
    expect([told.givenUp, other.told.givenUp]).toEqual([[], []]);
  });

  it('is not taken for one that cannot open its library, or that was told to end', async () => {
    const { kept, children, newest } = keeper();
    newest().refuse(new LikenessError('already-running', 'Another program has it open.'));
    await expect(kept.started).rejects.toMatchObject({ code: 'already-running' });
    newest().end();
    expect(children).toHaveLength(1);

    const other = keeper();
    other.newest().answer(null);
    await other.kept.started;
    const closing = other.kept.close();
    other.newest().answer(null);
    await closing;
    other.newest().end();
    expect(other.children).toHaveLength(1);
  });

  it('and then cannot open its library, is given up with the reason', async () => {
    const { kept, told, newest } = keeper();
    newest().answer(null);
    await kept.started;
    newest().end();
    newest().refuse(new LikenessError('unreadable', 'The disk is gone.'));
    await settled();
    expect(told.givenUp).toEqual(['The disk is gone.']);
  });
});
