import { describe, expect, it } from 'vitest';
import { LikenessError } from '../../electron/contract/errors.ts';
import { fromOutcome, toOutcome } from '../../electron/contract/outcome.ts';
import { inEnglish, say, verbatim } from '../../electron/contract/sentence.ts';
import { fromEngine } from '../../renderer/words/engine.ts';

describe('A sentence', () => {
  const gone = say`it is not there`;

  it('keeps its English text apart from what is filled in', () => {
    expect(say`The folder ${'/a {1} b'} cannot be used: ${gone}.`).toEqual({
      text: 'The folder {0} cannot be used: {1}.',
      values: ['/a {1} b', { text: 'it is not there', values: [] }],
    });
  });

  it('is filled in once, whatever stands in a name', () => {
    expect(inEnglish(say`The folder ${'/a {1} b'} cannot be used: ${gone}.`)).toBe(
      'The folder /a {1} b cannot be used: it is not there.',
    );
    expect(inEnglish(verbatim('50 {0} $& %'))).toBe('50 {0} $& %');
  });

  it('is said in German, with the sentences in it, and in English where there is no German', () => {
    expect(fromEngine(say`The folder ${'/a'} cannot be used: ${gone}.`, 'de')).toBe(
      'Der Ordner /a kann nicht benutzt werden: es ist nicht da.',
    );
    expect(fromEngine(say`Nobody has said this of ${1234} yet`, 'de')).toBe('Nobody has said this of 1.234 yet');
  });

  it('of an error crosses to another thread with its places', async () => {
    const outcome = await toOutcome(() => {
      throw new LikenessError('not-found', say`The file is ${'a'} and ${2}`);
    });
    const crossed = JSON.parse(JSON.stringify(outcome)) as typeof outcome;
    expect(() => fromOutcome(crossed)).toThrow(
      expect.objectContaining({
        code: 'not-found',
        message: 'The file is a and 2',
        said: say`The file is ${'a'} and ${2}`,
      }),
    );
  });
});
