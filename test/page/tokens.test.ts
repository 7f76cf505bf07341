import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const renderer = join(import.meta.dirname, '../../renderer');

it('The page spaces, rounds and writes by its tokens alone, but for lines of a pixel and for what is round', () => {
  const components = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.svelte'),
  );
  const declarations = components.flatMap((name) =>
    [
      ...readFileSync(join(renderer, name), 'utf8').matchAll(
        /(?:font-size|border-radius|gap|padding|margin)[a-z-]*:([^;{}]*);/g,
      ),
    ].map(([words, value]) => ({ name, words, value: value.replace(/calc\([^;]*\)/, '') })),
  );
  expect(declarations.length).toBeGreaterThan(100);
  expect(declarations.filter(({ value }) => /(?<![\w-])(?!1px)\d+(\.\d+)?(px|r?em)/.test(value))).toEqual([]);
});
