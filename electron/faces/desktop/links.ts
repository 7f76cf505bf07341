// likeness://open#… opens a query by its address, as the page's own address bar would; likeness://album/7 opens an album.
import type { Events } from '../../contract/events.ts';

export type Opened = Events['linkOpened'];

const LONGEST = 4000;

/** Undefined where it is no link of ours. */
export function readLink(link: string): Opened | undefined {
  if (link.length > LONGEST || !URL.canParse(link)) return undefined;
  const { protocol, host, pathname, hash } = new URL(link);
  if (protocol !== 'likeness:') return undefined;
  if (host === 'open' && (pathname === '' || pathname === '/')) return { address: hash.slice(1) };
  const album = /^\/([1-9]\d{0,14})$/.exec(pathname);
  return host === 'album' && album ? { albumId: Number(album[1]) } : undefined;
}

export const linkToAlbum = (albumId: number): string => `likeness://album/${albumId}`;
