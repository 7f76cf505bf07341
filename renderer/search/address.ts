// A query as the part of the page's address behind the #, so that reload, bookmarks and other tabs bring it back.
import type { Box, Filter } from '../../electron/contract/query.ts';
import { MOST_LETTERS, type Query, type ShownExample } from './query.ts';
import { t } from '../words/t.ts';

export type AddressedExample = ShownExample['example'];

/** A query without what only the library knows: the names and pictures of its examples. */
export type AddressedQuery = Omit<Query, 'positives' | 'negatives'> & {
  readonly positives: readonly AddressedExample[];
  readonly negatives: readonly AddressedExample[];
};

/** @returns without the #; empty for all photos */
export function toAddress(query: AddressedQuery): string {
  const { filter } = query;
  const said = new URLSearchParams();
  const say = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) said.append(name, String(value));
  };
  for (const example of query.positives) say('text' in example ? 'words' : 'like', exampleWords(example));
  for (const example of query.negatives) say('text' in example ? 'not-words' : 'not', exampleWords(example));
  if (query.right.length > 0) say('right', query.right.join(','));
  if (query.wrong.length > 0) say('wrong', query.wrong.join(','));
  for (const folder of filter.folders ?? []) say('folder', folder);
  say('from', filter.from);
  say('to', filter.to);
  say('day', filter.monthDay);
  for (const camera of filter.cameras ?? []) say('camera', camera);
  for (const lens of filter.lenses ?? []) say('lens', lens);
  for (const format of filter.formats ?? []) say('format', format);
  say('orientation', filter.orientation);
  say('min-pixels', filter.minPixels);
  say('max-pixels', filter.maxPixels);
  say('name', filter.name);
  say('marked', filter.marked && 'yes');
  say('copies', filter.copies && 'yes');
  say('favourite', filter.favourite && 'yes');
  say('stars', filter.minStars);
  for (const tag of filter.tags ?? []) say('tag', tag);
  say('album', filter.album);
  say('place', filter.place && placeWords(filter.place));
  say('code', filter.code && codeWords(filter.code));
  say('min-score', query.minScore ?? undefined);
  say('sort', query.sort === 'likeness' ? undefined : query.sort);
  say('weights', query.weights.length > 0 ? query.weights.join(',') : undefined);
  // Slashes, commas and @ are allowed there, and read better as they are.
  return said.toString().replace(/%2F/g, '/').replace(/%2C/g, ',').replace(/%40/g, '@');
}

/** Says in an address which photo is in the viewer, where one is. */
export function withPhoto(address: string, photoId: number | undefined): string {
  return [address, photoId === undefined ? '' : `photo=${photoId}`].filter(Boolean).join('&');
}

/** The photo in the viewer, and the rest of the address. What names no photo stays in the rest, where it is not understood. */
export function splitPhoto(address: string): { photoId: number | undefined; rest: string } {
  const parts = address.split('&');
  const photoId = parts.map((part) => wholeNumber(/^photo=(.*)$/.exec(part)?.[1] ?? '')).find((id) => id !== undefined);
  return { photoId, rest: parts.filter((part) => part !== `photo=${photoId}`).join('&') };
}

/**
 * @param address as toAddress gives it, or made by hand
 * @throws Error with a sentence that says what of it is not understood
 */
export function fromAddress(address: string): AddressedQuery {
  const said = new URLSearchParams(address);
  const known = new Set([...LISTS, ...SINGLES]);
  for (const name of said.keys()) if (!known.has(name)) throw notUnderstood(name, said.get(name)!);
  const one = <T>(name: string, read: (text: string) => T | undefined): T | undefined => {
    const text = said.get(name);
    if (text === null) return undefined;
    const value = read(text);
    if (value === undefined) throw notUnderstood(name, text);
    return value;
  };
  const all = (name: string): string[] | undefined => (said.has(name) ? said.getAll(name) : undefined);
  const examples = (name: string): AddressedExample[] =>
    said.getAll(name).map((text) => {
      const example = readExample(text);
      if (!example) throw notUnderstood(name, text);
      return example;
    });
  const words = (name: string): AddressedExample[] =>
    said.getAll(name).map((text) => {
      if (text.trim() === '' || text.length > MOST_LETTERS) throw notUnderstood(name, text);
      return { text };
    });
  const filter: Filter = {
    folders: all('folder'),
    from: one('from', day),
    to: one('to', day),
    monthDay: one('day', (text) => (/^\d\d-\d\d$/.test(text) ? text : undefined)),
    cameras: all('camera'),
    lenses: all('lens'),
    formats: all('format'),
    orientation: one('orientation', oneOf(['landscape', 'portrait', 'square'])),
    minPixels: one('min-pixels', wholeNumber),
    maxPixels: one('max-pixels', wholeNumber),
    name: one('name', (text) => text || undefined),
    marked: one('marked', yes),
    copies: one('copies', yes),
    favourite: one('favourite', yes),
    minStars: one('stars', (text) => (/^[1-5]$/.test(text) ? Number(text) : undefined)),
    tags: all('tag'),
    album: one('album', (text) => wholeNumber(text) || undefined),
    place: one('place', readPlace),
    code: one('code', readCode),
  };
  return {
    positives: [...examples('like'), ...words('words')],
    negatives: [...examples('not'), ...words('not-words')],
    right: one('right', wholeNumbers) ?? [],
    wrong: one('wrong', wholeNumbers) ?? [],
    filter: withoutNothing(filter),
    minScore: one('min-score', share) ?? null,
    sort: one('sort', oneOf(['likeness', 'date'])) ?? 'likeness',
    weights: one('weights', weightsOf) ?? [],
  };
}

const LISTS = ['like', 'not', 'words', 'not-words', 'folder', 'camera', 'lens', 'format', 'tag'];
const SINGLES = [
  ...['right', 'wrong', 'from', 'to', 'day', 'orientation', 'min-pixels', 'max-pixels', 'name'],
  ...['marked', 'copies', 'favourite', 'stars', 'album', 'place', 'code', 'min-score', 'sort', 'weights'],
];

/** Leaves out what is not said. */
export function withoutNothing(filter: Filter): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** "12", "picture-3", "12@0.1,0.2,0.3,0.4". */
function exampleWords(example: AddressedExample): string {
  if ('text' in example) return example.text;
  const which = 'photoId' in example ? String(example.photoId) : `picture-${example.exampleId}`;
  const { box } = example;
  return box ? `${which}@${[box.x, box.y, box.width, box.height].map((n) => +n.toFixed(4)).join(',')}` : which;
}

function readExample(text: string): AddressedExample | undefined {
  const match = /^(picture-)?(\d+)(?:@([^@]+))?$/.exec(text);
  const id = match && wholeNumber(match[2]);
  if (!match || !id) return undefined;
  const box = match[3] === undefined ? undefined : readBox(match[3]);
  if (match[3] !== undefined && !box) return undefined;
  return { ...(match[1] ? { exampleId: id } : { photoId: id }), ...(box && { box }) };
}

function readBox(text: string): Box | undefined {
  const numbers = text.split(',').map(share);
  if (numbers.length !== 4 || numbers.includes(undefined)) return undefined;
  const [x, y, width, height] = numbers as number[];
  return { x, y, width, height };
}

/** "3@0.1,0.2,0.3,0.2,0.3,0.4": the map, and the corners on it. */
const placeWords = ({ mapId, corners }: NonNullable<Filter['place']>): string =>
  `${mapId}@${corners
    .flat()
    .map((n) => +n.toFixed(4))
    .join(',')}`;

function readPlace(text: string): Filter['place'] {
  const [, map, list] = /^(\d+)@([-\d.,]+)$/.exec(text) ?? [];
  const mapId = wholeNumber(map ?? '');
  const numbers = (list ?? '').split(',').map(Number);
  if (!mapId || numbers.length < 6 || numbers.length % 2 !== 0 || numbers.some((n) => !(n >= -1 && n <= 2)))
    return undefined;
  const corners = Array.from({ length: numbers.length / 2 }, (_, i): [number, number] => [
    numbers[2 * i],
    numbers[2 * i + 1],
  ]);
  return { mapId, corners };
}

/** "3@0.117": the model, the subspace, and its centroid. */
const codeWords = ({ modelId, subspace, centroid }: NonNullable<Filter['code']>): string =>
  `${modelId}@${subspace}.${centroid}`;

function readCode(text: string): Filter['code'] {
  const [modelId, subspace, centroid] = (/^(\d+)@(\d+)\.(\d+)$/.exec(text) ?? []).slice(1).map(wholeNumber);
  if (!modelId || subspace === undefined || centroid === undefined || subspace > 255 || centroid > 255)
    return undefined;
  return { modelId, subspace, centroid };
}

function share(text: string): number | undefined {
  const value = Number(text);
  return text.trim() !== '' && value >= 0 && value <= 1 ? value : undefined;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function wholeNumbers(text: string): number[] | undefined {
  const numbers = text.split(',').map(wholeNumber);
  return numbers.includes(undefined) ? undefined : (numbers as number[]);
}

/** How much each part counts: numbers from 0 to 1000. */
function weightsOf(text: string): number[] | undefined {
  const numbers = text.split(',').map((one) => (one.trim() === '' ? NaN : Number(one)));
  return numbers.every((n) => n >= 0 && n <= 1000) && numbers.some((n) => n > 0) ? numbers : undefined;
}

/** A day of the calendar, as 2024-12-24. */
function day(text: string): string | undefined {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(text) : new Date(NaN);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text) ? text : undefined;
}

const yes = (text: string): true | undefined => (text === 'yes' ? true : undefined);

function oneOf<T extends string>(known: readonly T[]): (text: string) => T | undefined {
  return (text) => known.find((one) => one === text);
}

function notUnderstood(name: string, value: string): Error {
  return new Error(t('query.address', { what: `${name}=${value}` }));
}
