import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron as electron } from 'playwright-core';
import { expect, it } from 'vitest';
import { missingElectron } from '../../support/environment.ts';
import { temporaryFolder, writePictures } from '../../support/pictures.ts';

const root = join(import.meta.dirname, '../../..');
/** An installed application that is tried in the place of the sources. */
const installed = process.env.LIKENESS_APP;

function programOfSources(): string {
  const program = readFileSync(join(root, 'node_modules/electron/path.txt'), 'utf8').trim();
  return join(root, 'node_modules/electron/dist', program);
}

it.skipIf(installed === undefined && missingElectron())(
  'The desktop window opens on a real Electron, shows the photos of a folder, answers a click, stays on its page, and survives its engine',
  { timeout: 180_000 },
  async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 12);
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const application = await electron.launch({
      executablePath: installed ?? programOfSources(),
      args: [...asRoot, ...(installed === undefined ? [root] : []), '--', folder, '--library', temporaryFolder()],
    });
    const shots = join(root, 'out/screenshots');
    mkdirSync(shots, { recursive: true });
    try {
      const page = await application.firstWindow();
      const photos = page.getByRole('listbox').getByRole('option');
      await photos.nth(5).click();
      await page.locator('header .name').waitFor();
      await page.screenshot({ path: join(shots, 'desktop-results.png') });
      expect(page.url()).toMatch(/^likeness:\/\/app\//);
      expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe('undefined');

      // The page goes nowhere else, and opens nothing.
      const before = page.url();
      await page.evaluate(() => {
        location.href = 'https://example.com/';
        window.open('https://example.com/');
      });
      await page.waitForTimeout(500);
      expect([page.url(), application.windows().length]).toEqual([before, 1]);

      // The engine's process ends; another takes its place, and the page shows what it showed.
      const engine = await application.evaluate(({ app }) =>
        app.getAppMetrics().find(({ name, serviceName }) => [name, serviceName].includes('Likeness engine')),
      );
      process.kill(engine!.pid, 'SIGKILL');
      await page.getByText('started again').waitFor();
      await photos.nth(5).waitFor();
      await page.screenshot({ path: join(shots, 'desktop-after-restart.png') });
    } finally {
      await application.close();
    }
  },
);
