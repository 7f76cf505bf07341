import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeColours } from '../../support/colours.ts';
import { offeredPack, startHubWithPack } from '../../support/offered-pack.ts';
import { settle, temporaryFolder } from '../../support/pictures.ts';
import { runLikeness } from '../../support/run-likeness.ts';
import { writeTransformersModel } from '../../support/transformers-models.ts';
import { copyFileSync } from 'node:fs';

const { id, name } = offeredPack;

describe('likeness embedder get', () => {
  it('lists what can be fetched, asks first, and fetches what was said', { timeout: 120_000 }, async () => {
    const library = temporaryFolder();
    const hub = await startHubWithPack();
    const run = (...args: string[]) =>
      runLikeness(['embedder', ...args, '--library', library], { HF_ENDPOINT: hub.address });
    const list = await run('get');
    expect(list.stdout).toMatch(new RegExp(`^ {2}${id}\\n {4}${name}: words \\(en\\), MIT`));
    expect(hub.asked).toEqual([]);

    // Nobody can be asked here: what would be fetched is shown, and nothing is.
    const unasked = await run('get', id);
    expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining('add --yes')]);
    expect(unasked.stdout).toContain(`From ${hub.address}/${offeredPack.repository}/tree/${hub.revision}`);
    expect(unasked.stdout).toMatch(/onnx\/vision_model\.onnx +0\.0 MB/);
    expect(hub.asked.every((path) => path.startsWith('/api/'))).toBe(true);

    const fetched = await run('get', id, '--yes');
    expect([fetched.code, fetched.stderr]).toEqual([0, '']);
    expect(fetched.stdout).toMatch(/192 dimensions, .*knows words.*\n.*embedder use "CLIP/s);
    expect((await run('get')).stdout).toMatch(new RegExp(`^\\* ${id}\\n`));

    const unknown = await run('get', 'nobody');
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('no embedder named "nobody" to fetch')]);
    hub.faults.status = 429;
    expect((await run('get', id, '--yes')).stderr).toContain('asks to wait');
  });
});

describe('likeness similar --text', () => {
  it(
    'finds photos by words, alone or beside an image, and leaves out what is not meant',
    { timeout: 120_000 },
    async () => {
      const [folder, library] = [temporaryFolder(), temporaryFolder()];
      const paths = [...(await writeColours(folder, 30)).keys()];
      copyFileSync(paths[0], join(folder, 'sunset.png'));
      settle(join(folder, 'sunset.png'));
      const embedder = writeTransformersModel('clip');
      const indexed = await runLikeness(['index', folder, '--library', library, '--embedder', embedder]);
      expect([indexed.code, indexed.stderr]).toEqual([0, '']);
      const similar = async (
        ...args: string[]
      ): Promise<{ query: string; results: { path: string; group: string }[] }> => {
        const { code, stdout, stderr } = await runLikeness([
          'similar',
          ...args,
          '--library',
          library,
          '--json',
          '-k',
          '5',
        ]);
        expect([code, stderr]).toEqual([0, '']);
        return JSON.parse(stdout) as { query: string; results: { path: string; group: string }[] };
      };
      const red = await similar('--text', 'red');
      expect(red.query).toBe('red');
      expect(red.results).toHaveLength(5);
      const notDark = await similar('--text', 'red', '--not-text', 'dark');
      expect(notDark.results.map(({ path }) => path)).not.toEqual(red.results.map(({ path }) => path));
      expect((await similar(paths[4], '--text', 'blue')).results).toHaveLength(5);
      expect((await similar('--text', 'sunset')).results[0]).toMatchObject({
        path: join(folder, 'sunset.png'),
        group: 'named',
      });
      const nothing = await runLikeness(['similar', '--library', library]);
      expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringContaining('Give an image file, or words')]);
    },
  );
});
