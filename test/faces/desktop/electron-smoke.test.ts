import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron as electron } from 'playwright-core';
import { expect, it } from 'vitest';
import { missingElectron } from '../../support/environment.ts';
import { temporaryFolder, writePictures } from '../../support/pictures.ts';

it.skipIf(missingElectron())(
  'The desktop window opens on a real Electron, shows the photos of a folder, and answers a click',
  async () => {
    const root = join(import.meta.dirname, '../../..');
    const folder = temporaryFolder();
    await writePictures(folder, 12);
    const program = join(
      root,
      'node_modules/electron/dist',
      readFileSync(join(root, 'node_modules/electron/path.txt'), 'utf8').trim(),
    );
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const application = await electron.launch({
      executablePath: program,
      args: [...asRoot, root, '--', folder, '--library', temporaryFolder()],
    });
    try {
      const page = await application.firstWindow();
      await page.getByRole('listbox').getByRole('option').nth(5).click();
      await page.locator('header .name').waitFor();
      expect(page.url()).toBe('likeness://app/');
      expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe('undefined');
    } finally {
      await application.close();
    }
  },
);
