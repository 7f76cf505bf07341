import { describe, expect, it } from 'vitest';
import { lookUpPack } from '../../electron/vision/hub/hub.ts';
import { makeHubFetch } from '../../electron/vision/hub/hub-fetch.ts';
import { readOfferedPacks } from '../../electron/vision/hub/offered-packs.ts';
import { hub, missingHub } from '../support/environment.ts';

describe.skipIf(await missingHub())('The real hub', () => {
  it.each(readOfferedPacks().packs)('has the files of $name', { timeout: 60_000 }, async (offered) => {
    const pack = await lookUpPack(offered, { hub, fetch: makeHubFetch() });
    const paths = pack.files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(Object.values(offered.files)));
    expect(pack.revision).toMatch(/^[0-9a-f]{40}$/);
  });
});
