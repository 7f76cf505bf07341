import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LikenessError } from '../../../electron/contract/errors.ts';
import { say } from '../../../electron/contract/sentence.ts';
import { describeFault, withoutNames } from '../../../electron/engine/diagnosis/anonymous.ts';
import { Log } from '../../../electron/engine/diagnosis/log.ts';
import { dispatch } from '../../../electron/engine/gateway.ts';
import { openEngine } from '../../support/engines.ts';
import { temporaryFolder, writePictures } from '../../support/pictures.ts';

describe('A report', () => {
  it('tells the program, the library in numbers, and why files could not be read, and names none of them', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 4);
    writeFileSync(join(folder, 'secret holiday.jpg'), Buffer.from('ffd8ffe000104a46', 'hex'));
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const { text } = engine.methods.getReport();
    expect(text).toMatch(/^Likeness \d+\.\d+\.\d+\S* on \w+ .*, Node 24/);
    expect(text).toContain('Library: 5 photos, 0 wait, 0 videos wait, 1 folders, 0 of them away');
    expect(text).toMatch(/Files that could not be read: 1\n {2}1 × The picture \(…\) is damaged/);
    expect(text).toMatch(/\nLog\n.* info started: Likeness/);
    expect(text).toMatch(/ info reading, 5 in all\n/);
    for (const name of ['secret', 'holiday', folder]) expect(text).not.toContain(name);
  });

  it('keeps errors that nobody foresaw with their place in the program, and says them to whoever asked', async () => {
    const engine = await openEngine({ watching: false });
    const broken = {
      ...engine.methods,
      getStatus: () => {
        readFileSync('/home/ada/it is secret.jpg');
        throw new Error('unreachable');
      },
    };
    const asked = dispatch(broken, 'getStatus', {}, undefined, (method, error) => engine.log.failed(method, error));
    await expect(asked).rejects.toThrow('ENOENT');
    const { text } = engine.methods.getReport();
    expect(text).toMatch(/ error getStatus: Error: ENOENT by open\n[^]* {4}at .*report\.test\.ts:\d+/);
    expect(text).not.toContain('secret');
  });
});

describe('The log', () => {
  it('is set aside at a megabyte, and the one before it goes', () => {
    const place = temporaryFolder();
    const log = new Log(place);
    for (let i = 0; i < 3; i++) log.say(`${i} ${'x'.repeat(1_000_000)}`);
    log.say('last');
    const [now, old] = ['likeness.log', 'likeness.old.log'].map((name) =>
      readFileSync(join(place, 'logs', name), 'utf8'),
    );
    expect(now).toMatch(/^\S+ info last\n$/);
    expect(old).toMatch(/ info 2 x/);
    expect(log.tail(5)).toBe(now.trimEnd());
  });
});

describe('What is kept of words that may hold names', () => {
  it('are the sentence and its numbers', () => {
    const sentence = say`${'holiday.jpg'} holds ${3} pictures: ${say`${'Ada'} is damaged`}`;
    expect(withoutNames(sentence)).toBe('… holds 3 pictures: … is damaged');
  });

  it('are of errors the kind, the message without paths, and what caused them', () => {
    const error = new TypeError('Cannot read C:\\Users\\Ada\\a b.jpg', {
      cause: new LikenessError('unreadable', say`${'secret'} is damaged`),
    });
    const text = describeFault(error);
    expect(text).toMatch(/^TypeError: Cannot read …\n {4}at /);
    expect(text).not.toContain('Ada');
    expect(describeFault(new Error('Bad pixels in Ada.JPEG of 4.2 kB'))).toMatch(
      /^Error: Bad pixels in … of 4\.2 kB\n/,
    );
  });
});
