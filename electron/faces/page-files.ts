// The built page, held in memory: a handful of files, so that no request ever names a path on disk.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LikenessError } from '../contract/errors.ts';
import { say } from '../contract/sentence.ts';

export interface PageFile {
  type: string;
  bytes: Uint8Array;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** What the page may do: nothing but talk to the server that it came from. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * @returns files by the path of their address; '/' is the page itself
 * @throws LikenessError 'not-found' where the page has not been built
 */
export function loadPageFiles(): Map<string, PageFile> {
  // From the sources it lies in out/ beside electron/; from the compiled files, beside them.
  const fromSources = import.meta.url.endsWith('.ts');
  const root = fileURLToPath(new URL(fromSources ? '../../out/renderer' : '../../renderer', import.meta.url));
  let names: string[];
  try {
    names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    throw new LikenessError('not-found', say`The page is not built: expected it in ${root}. Run "npm run build".`, {
      cause: error,
    });
  }
  const files = new Map<string, PageFile>();
  for (const name of names) {
    const type = TYPES[extname(name)];
    if (type) files.set(`/${name.split(sep).join('/')}`, { type, bytes: readFileSync(join(root, name)) });
  }
  const index = files.get('/index.html');
  if (index) files.set('/', index);
  return files;
}
