// The page and its pictures, at likeness://app/.
import { protocol } from 'electron';
import { Readable } from 'node:stream';
import { toErrorMessage } from '../../contract/errors.ts';
import { mediaType, parseMediaPath, parseVideoPath, type VideoFile } from '../../contract/media.ts';
import { CONTENT_SECURITY_POLICY, loadPageFiles } from '../page-files.ts';
import { videoResponse } from '../video-response.ts';
import type { Link } from './engine-link.ts';

const SCHEME = 'likeness';
export const PAGE = `${SCHEME}://app/`;

export const isOurAddress = (url: string): boolean => url.startsWith(PAGE);

/** Before the application is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

export function servePage(link: Pick<Link, 'call'>): void {
  const files = loadPageFiles();
  protocol.handle(SCHEME, async (request) => {
    const { pathname } = new URL(request.url);
    const media = parseMediaPath(pathname);
    if (media) {
      try {
        const bytes = (await link.call('media', pathname)) as Uint8Array<ArrayBuffer>;
        return new Response(bytes, { headers: { 'Content-Type': mediaType(media) } });
      } catch (error) {
        return new Response(toErrorMessage(error).message, { status: 404 });
      }
    }
    if (parseVideoPath(pathname) !== undefined) {
      try {
        const file = (await link.call('video', pathname)) as VideoFile;
        const { status, headers, body } = videoResponse(file, request.headers.get('range'));
        return new Response(body ? (Readable.toWeb(body) as ReadableStream) : null, { status, headers });
      } catch (error) {
        return new Response(toErrorMessage(error).message, { status: 404 });
      }
    }
    const file = files.get(pathname);
    if (!file) return new Response('', { status: 404 });
    return new Response(file.bytes as Uint8Array<ArrayBuffer>, {
      headers: { 'Content-Type': file.type, 'Content-Security-Policy': CONTENT_SECURITY_POLICY },
    });
  });
}
