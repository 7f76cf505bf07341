// Asks the Hugging Face hub what a pack consists of, and fetches its files: each can go on where it was cut off, and its bytes are
// held against the hash that the hub keeps with the commit.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileDownloadInfo, HubApiError, listFiles, modelInfo, type ListFileEntry } from '@huggingface/hub';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';
import { chooseFiles, filesToTake } from '../transformers/files.ts';
import type { OfferedPack } from './offered-packs.ts';
import { hubTrouble } from './hub-trouble.ts';

export interface HubFile {
  /** Within the repository, with / between. */
  path: string;
  bytes: number;
  /** SHA-256 of large files, git's SHA-1 of the blob of small ones; in hexadecimal. */
  hash: string;
}

/** A pack at one commit. */
export interface HubPack {
  /** Address of the hub. */
  hub: string;
  repository: string;
  /** 40 hexadecimal digits. */
  revision: string;
  /** As the hub knows it; null where it does not. */
  licence: string | null;
  files: HubFile[];
}

/** Tries for one file, when connections are cut. */
const TRIES = 4;
/** Milliseconds before the second try; each takes twice as long as the one before. */
const FIRST_WAIT = 500;
const PART = '.part';

export interface HubTools {
  /** Address of the hub: https://huggingface.co, or a mirror of it. */
  readonly hub: string;
  readonly fetch: typeof fetch;
}

/**
 * Asks what would be fetched.
 * @param revision a commit; the pack's own, or the newest, where nothing is said
 * @throws LikenessError 'unavailable' with what to do
 */
export async function lookUpPack(
  { repository, revision: pinned, files: wanted, name }: OfferedPack,
  { hub, fetch }: HubTools,
  revision = pinned ?? 'main',
): Promise<HubPack> {
  const to = { hubUrl: hub, fetch };
  return asking(hub, async () => {
    const info = await modelInfo({ name: repository, revision, additionalFields: ['sha', 'cardData'], ...to });
    const commit = info.sha ?? '';
    if (!/^[0-9a-f]{40}$/.test(commit)) throw new Error(`${hub} names no commit of ${repository}`);
    const entries = new Map<string, ListFileEntry>();
    for await (const entry of listFiles({ repo: repository, revision: commit, recursive: true, ...to }))
      if (entry.type === 'file') entries.set(entry.path, entry);
    const chosen = chooseFiles(new Set(entries.keys()), name, wanted);
    const { license } = (info.cardData ?? {}) as { license?: unknown };
    return {
      hub,
      repository,
      revision: commit,
      licence: typeof license === 'string' ? license : null,
      files: filesToTake(chosen).map((path) => toFile(entries.get(path)!)),
    };
  });
}

function toFile({ path, size, oid, lfs }: ListFileEntry): HubFile {
  const hash = lfs?.oid ?? oid;
  if (hash === undefined || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hash))
    throw new Error(`the hub tells no hash of ${path}`);
  return { path, bytes: lfs?.size ?? size, hash };
}

/** How far the files of a pack have come. @param folder where they are fetched to */
export async function bytesHere({ files }: HubPack, folder: string): Promise<number> {
  const sizes = await Promise.all(
    files.map(async ({ path, bytes }) => {
      const whole = await sizeOf(join(folder, path));
      return Math.min(bytes, whole ?? (await sizeOf(join(folder, path + PART))) ?? 0);
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Fetches what is not here yet.
 * @param onProgress told how many bytes of all files are here
 * @throws LikenessError 'unavailable', 'no-space' or 'unreadable'; what came is kept but where it is wrong
 * @throws signal.reason when it is broken off
 */
export async function fetchPack(
  pack: HubPack,
  folder: string,
  { hub, fetch }: HubTools,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let before = 0;
  for (const file of pack.files) {
    const target = join(folder, file.path);
    await mkdir(dirname(target), { recursive: true });
    if ((await sizeOf(target)) !== file.bytes)
      await fetchFile(pack, file, target, { hub, fetch }, (done) => onProgress(before + done), signal);
    onProgress((before += file.bytes));
  }
}

async function fetchFile(
  pack: HubPack,
  file: HubFile,
  target: string,
  tools: HubTools,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const part = target + PART;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const start = (await sizeOf(part)) ?? 0;
    if (start > file.bytes) {
      await rm(part);
      continue;
    }
    if (start === file.bytes) break;
    try {
      await asking(tools.hub, () => goOn(pack, file, part, start, tools, onProgress, signal));
    } catch (error) {
      signal.throwIfAborted();
      // A connection that was cut is made anew, so long as something came.
      const status = error instanceof LikenessError && hasStatus(error.cause) ? error.cause.statusCode : undefined;
      const isCut =
        error instanceof LikenessError && error.code === 'unavailable' && (status === undefined || status >= 500);
      const came = ((await sizeOf(part)) ?? 0) > start;
      if (!isCut || (attempt >= TRIES && !came)) throw error;
      if (came) attempt = 1;
      await wait(FIRST_WAIT * 2 ** (attempt - 1), undefined, { signal }).catch(() => undefined);
    }
  }
  if ((await hashOf(part, file)) !== file.hash) {
    await rm(part);
    throw new LikenessError(
      'unreadable',
      say`What came as ${file.path} is not what ${new URL(tools.hub).host} keeps under that name: its hash is another one. It was deleted; try again.`,
    );
  }
  await rename(part, target);
}

/** Fetches a file from a byte on. */
async function goOn(
  { repository, revision }: HubPack,
  { path, bytes }: HubFile,
  part: string,
  start: number,
  { hub, fetch }: HubTools,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const info = await fileDownloadInfo({ repo: repository, path, revision, hubUrl: hub, fetch });
  if (!info) throw new HubApiError(hub, 404);
  const headers = start > 0 ? { Range: `bytes=${start}-${bytes - 1}` } : {};
  const response = await fetch(info.url, { headers, signal });
  if (!response.ok || !response.body) throw new HubApiError(info.url, response.status);
  // Who knows nothing of ranges sends all of it.
  const from = response.status === 206 ? start : 0;
  let done = from;
  const counted = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      done += chunk.length;
      // More than was told is not kept: it would fill the disk.
      if (done > bytes) return;
      onProgress(done);
      yield chunk;
    }
  };
  const body = Readable.fromWeb(response.body as never);
  await pipeline(body, counted, createWriteStream(part, { flags: from > 0 ? 'a' : 'w' }), { signal });
  if (done === from) throw new Error('nothing came');
}

async function hashOf(file: string, { bytes, hash }: HubFile): Promise<string> {
  const isGit = hash.length === 40;
  const sum = createHash(isGit ? 'sha1' : 'sha256');
  // As git hashes the content of a file.
  if (isGit) sum.update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(file)) sum.update(chunk as Uint8Array);
  return sum.digest('hex');
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

const hasStatus = (error: unknown): error is HubApiError => error instanceof HubApiError;

/** Says what went wrong on the way in words that help. */
async function asking<T>(hub: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { host } = new URL(hub);
    const code = (error as { code?: string }).code;
    if (error instanceof LikenessError || code === 'ENOSPC' || (error as Error).name === 'AbortError') throw error;
    throw hubTrouble(host, hasStatus(error) ? error.statusCode : undefined, error);
  }
}
