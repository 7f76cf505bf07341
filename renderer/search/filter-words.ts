// A filter as chips: what each part of it says, and the filter without it.
import type { Filter } from '../../electron/contract/query.ts';
import { stars } from '../organise/stars.ts';
import { locale, t } from '../words/t.ts';

export interface Chip {
  words: string;
  without: Filter;
}

const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
const monthAndDay = new Intl.DateTimeFormat(locale, { month: 'long', day: 'numeric', timeZone: 'UTC' });

/** @param albumName of an album by its number, once it is known */
export function chipsOf(filter: Filter, albumName: (albumId: number) => string | undefined): Chip[] {
  const chips: Chip[] = [];
  const add = (words: string | 0 | undefined, ...keys: (keyof Filter)[]): void => {
    if (!words) return;
    const rest = Object.entries(filter).filter(([key]) => !keys.includes(key as keyof Filter));
    chips.push({ words, without: Object.fromEntries(rest) });
  };
  const lists = {
    folders: folderName,
    cameras: String,
    lenses: String,
    formats: (kind: string) => kind.toUpperCase(),
    tags: (tag: string) => `#${tag}`,
  };
  for (const [key, word] of Object.entries(lists) as [keyof typeof lists, (value: string) => string][]) {
    for (const value of filter[key] ?? []) {
      const others = filter[key]!.filter((one) => one !== value);
      chips.push({
        words: word(value),
        without: others.length > 0 ? { ...filter, [key]: others } : without(filter, key),
      });
    }
  }
  add(datesOf(filter), 'from', 'to');
  add(
    filter.monthDay && t('filter.words.day', { day: monthAndDay.format(Date.parse(`2024-${filter.monthDay}`)) }),
    'monthDay',
  );
  add(filter.orientation && t(`filter.${filter.orientation}`), 'orientation');
  add(sizesOf(filter), 'minPixels', 'maxPixels');
  add(filter.name && t('filter.words.name', { part: filter.name }), 'name');
  add(filter.marked && t('filter.marked'), 'marked');
  add(filter.copies && t('filter.copies'), 'copies');
  add(filter.favourite && t('filter.favourite'), 'favourite');
  add(filter.minStars && t('filter.min-stars', { stars: stars(filter.minStars) }), 'minStars');
  add(filter.place && t('filter.place'), 'place');
  add(filter.code && t('filter.code', { number: filter.code.centroid, part: filter.code.subspace + 1 }), 'code');
  add(filter.album && (albumName(filter.album) ?? t('filter.album')), 'album');
  return chips;
}

/** The last part of a path, of either system. */
export function folderName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}

function without(filter: Filter, key: keyof Filter): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([one]) => one !== key));
}

function datesOf({ from, to }: Filter): string | undefined {
  const words = (one: string): string => day.format(Date.parse(one));
  if (from !== undefined && to !== undefined) return from === to ? words(from) : `${words(from)} – ${words(to)}`;
  if (from !== undefined) return t('filter.words.from', { day: words(from) });
  return to === undefined ? undefined : t('filter.words.to', { day: words(to) });
}

function sizesOf({ minPixels, maxPixels }: Filter): string | undefined {
  const megapixels = (pixels: number): string =>
    t('filter.words.megapixels', { n: (pixels / 1e6).toLocaleString(locale, { maximumFractionDigits: 1 }) });
  if (minPixels !== undefined && maxPixels !== undefined) return `${megapixels(minPixels)} – ${megapixels(maxPixels)}`;
  if (minPixels !== undefined) return t('filter.words.least', { size: megapixels(minPixels) });
  return maxPixels === undefined ? undefined : t('filter.words.most', { size: megapixels(maxPixels) });
}
