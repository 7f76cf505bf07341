// What the map tells: its regions, what is rare, what nobody looked at, and what the years were about. Worked out once for each state of the
// catalogue.
import type { AtlasPhoto, AtlasYear, MapRegion, PhotoMap } from '../../contract/atlas.ts';
import type { Library } from '../../library/library.ts';
import type { PlacedPhoto } from '../../library/rows/map-rows.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';
import { LEAST } from './map-keeper.ts';
import { findRegions, type Region } from './map-regions.ts';

/** The largest side of the map in what is sent. */
const UNITS = 65_535;
/** Regions that are named, and themes of a year. */
const NAMED = 60;
const THEMES = 8;
/** Photos of a region that a theme wants at least. */
const LEAST_OF_A_THEME = 2;

interface Known {
  readonly changes: number;
  readonly photos: readonly PlacedPhoto[];
  readonly regions: readonly (Region & { readonly tag: string | null })[];
}

export class Atlas {
  readonly #library: Library;
  readonly #space: () => EmbeddingSpace;
  #known: Known | undefined;

  constructor(library: Library, space: () => EmbeddingSpace) {
    this.#library = library;
    this.#space = space;
  }

  map(): PhotoMap {
    const { photos, regions } = this.#look();
    const { map, features } = this.#library;
    const current = map.current();
    const colours = new Uint8Array(3 * photos.length);
    photos.forEach(({ colour }, i) => colours.set([colour >> 16, (colour >> 8) & 255, colour & 255], 3 * i));
    return {
      mapId: current?.id ?? null,
      least: LEAST,
      contents: features.count(this.#space().row.id),
      later: current ? Math.max(0, map.placedCount() - current.drawnFrom) : 0,
      ids: base64(Uint32Array.from(photos, ({ photoId }) => photoId)),
      contentIds: base64(Uint32Array.from(photos, ({ contentId }) => contentId)),
      xs: base64(Uint16Array.from(photos, ({ x }) => toUnits(x))),
      ys: base64(Uint16Array.from(photos, ({ y }) => toUnits(y))),
      colours: base64(colours),
      regions: regions.slice(0, NAMED).map(({ members, middle, tag }): MapRegion => {
        const { photoId, contentId, x, y } = photos[middle]!;
        return { photoId, contentId, x, y, photos: members.length, tag };
      }),
    };
  }

  rarest(count: number): AtlasPhoto[] {
    return this.#look()
      .photos.toSorted((a, b) => b.rarity - a.rarity)
      .slice(0, count)
      .map(toPhoto);
  }

  /** One photo of each region in turn, the regions first of which the least was looked at; from each the middle ones first. */
  forgotten(count: number): AtlasPhoto[] {
    const { photos, regions } = this.#look();
    const unseen = regions
      .map(({ members, middle }) => {
        const { x, y } = photos[middle]!;
        const away = (one: PlacedPhoto): number => (one.x - x) ** 2 + (one.y - y) ** 2;
        const all = members.map((i) => photos[i]!);
        const left = all.filter(({ lookedAt }) => lookedAt === null).sort((a, b) => away(a) - away(b));
        return { left, share: 1 - left.length / all.length };
      })
      .sort((a, b) => a.share - b.share);
    const out: AtlasPhoto[] = [];
    for (let round = 0; out.length < count && unseen.some(({ left }) => round < left.length); round++)
      for (const { left } of unseen) if (round < left.length && out.length < count) out.push(toPhoto(left[round]!));
    return out;
  }

  /** The newest first. A region is the more a year's own, the more of that year's photos are in it beside those of all years. */
  years(): AtlasYear[] {
    const { photos, regions } = this.#look();
    const yearOf = (i: number): number => new Date(photos[i]!.takenAt).getUTCFullYear();
    const totals = new Map<number, number>();
    photos.forEach((_, i) => totals.set(yearOf(i), (totals.get(yearOf(i)) ?? 0) + 1));
    const themes = new Map<number, (AtlasYear['themes'][number] & { own: number })[]>();
    for (const { members, middle, tag } of regions) {
      for (const [year, theirs] of Map.groupBy(members, yearOf)) {
        if (theirs.length < Math.min(LEAST_OF_A_THEME, totals.get(year)!)) continue;
        const { x, y } = photos[middle]!;
        const away = (i: number): number => (photos[i]!.x - x) ** 2 + (photos[i]!.y - y) ** 2;
        const photo = toPhoto(photos[theirs.reduce((best, i) => (away(i) < away(best) ? i : best))]!);
        // The share of the year in the region, times how many: one photo alone is no theme.
        const own = (theirs.length / members.length / (totals.get(year)! / photos.length)) * Math.sqrt(theirs.length);
        const all = themes.get(year) ?? [];
        all.push({ ...photo, photos: theirs.length, tag, own });
        themes.set(year, all);
      }
    }
    return [...totals]
      .sort(([a], [b]) => b - a)
      .map(([year, count]) => ({
        year,
        photos: count,
        themes: (themes.get(year) ?? [])
          .sort((a, b) => b.own - a.own)
          .slice(0, THEMES)
          .map(({ photoId, contentId, photos: n, tag }) => ({ photoId, contentId, photos: n, tag })),
      }));
  }

  #look(): Known {
    const changes = this.#library.changes();
    if (this.#known?.changes !== changes) {
      const photos = this.#library.map.photos();
      const found = findRegions(
        Float32Array.from(photos, ({ x }) => x),
        Float32Array.from(photos, ({ y }) => y),
      );
      const tags = Map.groupBy(this.#library.map.tags(), ({ contentId }) => contentId);
      const regions = found.map((region) => ({ ...region, tag: tagOf(region, photos, tags) }));
      this.#known = { changes, photos, regions };
    }
    return this.#known;
  }
}

/** The tag that at least half of a region's photos have. */
function tagOf(
  { members }: Region,
  photos: readonly PlacedPhoto[],
  tags: ReadonlyMap<number, readonly { tag: string }[]>,
): string | null {
  if (tags.size === 0) return null;
  const all = members.flatMap((i) => (tags.get(photos[i]!.contentId) ?? []).map(({ tag }) => tag));
  const counted = [...Map.groupBy(all, (tag) => tag)].sort(([, a], [, b]) => b.length - a.length);
  const [most] = counted;
  return most && 2 * most[1].length >= members.length ? most[0] : null;
}

const toPhoto = ({ photoId, contentId }: AtlasPhoto): AtlasPhoto => ({ photoId, contentId });
const toUnits = (share: number): number => Math.round(UNITS * Math.min(1, Math.max(0, share)));

function base64(column: Uint8Array | Uint16Array | Uint32Array): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64');
}
