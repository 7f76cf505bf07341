import { describe, expect, it } from 'vitest';
import { Answers, isNoAnswer } from '../../../electron/library/files/answers.ts';

describe('A place that is asked', () => {
  it('gives its answer, or its error', async () => {
    const answers = new Answers(1000);
    expect(await answers.ask('/a', () => Promise.resolve(1))).toBe(1);
    await expect(answers.ask('/a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const lost = Object.assign(new Error('lost'), { code: 'ESTALE' });
    await expect(answers.ask('/a', () => Promise.reject(lost))).rejects.toSatisfy(isNoAnswer);
  });

  it('still owes an answer when another question, that was put before, is answered', async () => {
    const answers = new Answers(20);
    const [never, soon] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
    const first = answers.ask('/share', () => never.promise);
    const second = answers.ask('/share', () => soon.promise);
    await expect(first).rejects.toSatisfy(isNoAnswer);
    await expect(second).rejects.toSatisfy(isNoAnswer);
    soon.resolve(1);
    await soon.promise;
    await expect(answers.ask('/share', () => Promise.resolve(2))).rejects.toSatisfy(isNoAnswer);
    never.resolve(3);
    await never.promise;
    expect(await answers.ask('/share', () => Promise.resolve(2))).toBe(2);
  });

  it('that does not answer is given up, is not asked again, and is asked once it has answered', async () => {
    const answers = new Answers(20);
    const slow = Promise.withResolvers<number>();
    let asked = 0;
    const question = (): Promise<number> => {
      asked++;
      return slow.promise;
    };
    const seen = await answers.ask('/share', question).catch((error: unknown) => error);
    expect(isNoAnswer(seen)).toBe(true);
    expect((seen as Error).message).toContain('/share does not answer');
    for (let i = 0; i < 20; i++) await expect(answers.ask('/share', question)).rejects.toThrow('does not answer');
    // One thread, however often it was to be asked.
    expect(asked).toBe(1);
    expect(await answers.ask('/other', () => Promise.resolve(2))).toBe(2);
    slow.resolve(3);
    await slow.promise;
    expect(await answers.ask('/share', () => Promise.resolve(4))).toBe(4);
  });
});
