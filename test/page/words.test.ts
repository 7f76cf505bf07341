import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type AST } from 'svelte/compiler';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { launchBrowser, openPage, openSettings, shoot } from '../support/browser.ts';
import { sentencesOfEngine } from '../support/sentences.ts';
import { temporaryFolder, writePictures } from '../support/pictures.ts';

const renderer = join(import.meta.dirname, '../../renderer');
type Words = { [key: string]: Words } | string;

/** Sentences by their keys; a plural under its key without the ending, with what each of its forms says. */
function sentences(words: Words, at = ''): [string, string][] {
  if (typeof words === 'string') return [[at.replace(/_(zero|one|two|few|many|other)$/, '#'), words]];
  return Object.entries(words).flatMap(([key, inside]) => sentences(inside, at ? `${at}.${key}` : key));
}
const read = (language: string): [string, string][] =>
  sentences(JSON.parse(readFileSync(join(renderer, 'words', language), 'utf8')) as Words);
const places = (sentence: string): string[] => [...sentence.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name).sort();
const numberedPlaces = (sentence: string): string[] => (sentence.match(/\{\d+\}/g) ?? []).sort();
const languages = readdirSync(join(renderer, 'words')).filter((name) => /^\w+\.json$/.test(name));

describe('The words of the page', () => {
  const english = new Map(read('en.json'));

  it.each(languages)('are all there in %s, with the same places for what is filled in', (language) => {
    const said = read(language);
    expect([...new Set(said.map(([key]) => key))].sort()).toEqual([...english.keys()].sort());
    for (const [key, sentence] of said) {
      expect(sentence.trim(), key).not.toBe('');
      expect([key, places(sentence)]).toEqual([key, places(english.get(key)!)]);
    }
    if (language === 'en.json') return;
    const same = said.filter(([key, sentence]) => /[a-z]{4}/.test(sentence) && sentence === english.get(key));
    // Names and loan words alone are the same.
    expect(same.length / said.length).toBeLessThan(0.03);
  });

  it('of the engine are in every language too', () => {
    for (const name of languages.filter((file) => file !== 'en.json')) {
      const said = JSON.parse(readFileSync(join(renderer, 'words', `engine.${name}`), 'utf8')) as Record<
        string,
        string
      >;
      // What is nothing but places is the same everywhere.
      expect(Object.keys(said).sort()).toEqual(sentencesOfEngine().filter((text) => /[a-z]{3}/.test(text)));
      for (const [text, translated] of Object.entries(said)) {
        expect(translated, text).not.toBe(text);
        expect([text, numberedPlaces(translated)]).toEqual([text, numberedPlaces(text)]);
      }
    }
  });

  it('of the engine are made with say`…`, so that they can be said in another language', () => {
    const electron = join(renderer, '../electron');
    const rooms = ['engine', 'library', 'vision'].flatMap((room) =>
      readdirSync(join(electron, room), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(electron, room, name),
      ),
    );
    const plain = rooms
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => /new LikenessError\(\s*[^,]+,\s*['"`]/.test(readFileSync(name, 'utf8')));
    expect(rooms.length).toBeGreaterThan(100);
    expect(plain).toEqual([]);
  });

  it('stand nowhere else: no sentence is written into a component', () => {
    const components = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.svelte'),
    );
    expect(components.length).toBeGreaterThan(30);
    const found = components.flatMap((name) =>
      rawWords(parse(readFileSync(join(renderer, name), 'utf8'), { modern: true }).fragment).map(
        (words) => `${name}: ${words}`,
      ),
    );
    expect(found).toEqual([]);
  });
});

/** Names of keys, and units that are the same in every language. */
const NO_WORDS = /^[\s()·,.:+–\-\d%]*((Ctrl|Alt|Space|Enter|Escape|Backspace|Right|Z|MP|ms)[\s()·,.:+]*)*$/;
const SPOKEN = new Set(['title', 'aria-label', 'aria-valuetext', 'placeholder', 'alt', 'label']);

function rawWords(node: unknown, inAttribute = false): string[] {
  if (Array.isArray(node)) return node.flatMap((one) => rawWords(one, inAttribute));
  if (typeof node !== 'object' || node === null) return [];
  const { type } = node as { type?: string };
  if (type === 'Text' && !inAttribute) {
    const { data } = node as AST.Text;
    return /\p{L}{2}/u.test(data) && !NO_WORDS.test(data) ? [data.trim()] : [];
  }
  if (type === 'StyleDirective') return [];
  if (type === 'Attribute') {
    const { name, value } = node as AST.Attribute;
    if (!SPOKEN.has(name) || value === true) return [];
    return rawWords(value);
  }
  return Object.entries(node).flatMap(([key, inside]) => (key === 'parent' ? [] : rawWords(inside, inAttribute)));
}

describe.skipIf(missingBrowser())('Another language', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('is taken from the system, and can be chosen', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 12);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const page = await openPage(browser, engine, { locale: 'de-AT' });
    await page.getByRole('heading', { name: 'Alle Fotos' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
    const tile = page.getByRole('option').first();
    await tile.click({ modifiers: ['Control'] });
    await page.getByText('1 ausgewählt').waitFor();
    await shoot(page, '80-german');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Einstellungen' }).click();
    await page.getByLabel('Sprache').selectOption('en');
    await page.getByRole('heading', { name: 'All photos' }).waitFor();
    await openSettings(page, 'Appearance');
    await page.getByLabel('Language').selectOption('');
    await page.getByRole('heading', { name: 'Alle Fotos' }).waitFor();
  });

  it('is what the engine speaks too: of a file, and of what went wrong', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 3);
    writeFileSync(join(folder, 'letter.jpg'), 'Dear all,');
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const page = await openPage(browser, engine, { locale: 'de-AT' });
    await page.getByRole('button', { name: 'Probleme' }).click();
    await page.getByText('Sie heißt wie ein Bild, enthält aber keines, das gelesen werden kann').waitFor();
    await page.getByRole('button', { name: 'Ordner hinzufügen' }).click();
    await page.getByLabel('Ordner', { exact: true }).fill('/nowhere');
    await page.getByRole('button', { name: 'Los' }).click();
    await page.getByText('Der Ordner /nowhere kann nicht aufgelistet werden: es ist nicht da.').waitFor();
  });
});
