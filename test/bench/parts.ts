// Parts of photos: central crops of photos, pasted at random places into others at several sizes; a box around one of them is to
// find the others. By whole photos, and by their parts.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Box } from '../../electron/contract/query.ts';
import { Engine } from '../../electron/engine/engine.ts';
import { seededRandom, type Random } from '../../electron/numeric/random.ts';

const SOURCES = 30;
/** Photos that each crop is pasted into. */
const COPIES = 5;
/** Photos without any, among which they are looked for. */
const OTHERS = 300;
const SIDES = [0.2, 0.3, 0.5];
const SIDE = 512;
const FIRST = 10;

interface Pasted {
  path: string;
  source: number;
  label: string;
  box: Box;
}

export async function benchParts(photos: string, embedder: string): Promise<void> {
  const labelled = join(photos, 'labelled');
  const files = readdirSync(labelled).flatMap((name) =>
    readdirSync(join(labelled, name)).map((file) => join(labelled, name, file)),
  );
  for (const side of SIDES) {
    const folder = mkdtempSync(join(tmpdir(), 'likeness-parts-'));
    try {
      const random = seededRandom(31);
      const order = [...random.shuffle(files.map((_, i) => i))].map((i) => files[i]);
      const pasted = await pasteAll(order, side, join(folder, 'photos'), random);
      await judge(pasted, join(folder, 'photos'), join(folder, 'library'), embedder, side);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

async function pasteAll(order: readonly string[], side: number, folder: string, random: Random): Promise<Pasted[]> {
  mkdirSync(folder, { recursive: true });
  const hosts = order.slice(SOURCES);
  const pasted: Pasted[] = [];
  for (const [source, file] of order.slice(0, SOURCES).entries()) {
    const { width, height } = await sharp(file).metadata();
    const crop = await sharp(file)
      .extract({ left: width >> 2, top: height >> 2, width: width >> 1, height: height >> 1 })
      .removeAlpha()
      .toBuffer();
    for (let i = 0; i < COPIES; i++) {
      const host = await sharp(hosts[source * COPIES + i])
        .resize(SIDE, SIDE, { fit: 'inside' })
        .removeAlpha()
        .toColourspace('srgb')
        .toBuffer({ resolveWithObject: true });
      const { width: W, height: H } = host.info;
      const scale = (side * Math.min(W, H)) / Math.min(width >> 1, height >> 1);
      const [w, h] = [Math.min(W, Math.round((width >> 1) * scale)), Math.min(H, Math.round((height >> 1) * scale))];
      const [left, top] = [random.below(W - w + 1), random.below(H - h + 1)];
      const part = await sharp(crop).resize(w, h, { fit: 'fill' }).toBuffer();
      const path = join(folder, `${source}-${i}.jpg`);
      await sharp(host.data)
        .composite([{ input: part, left, top }])
        .jpeg({ quality: 92 })
        .toFile(path);
      settled(path);
      pasted.push({
        path,
        source,
        label: basename(dirname(file)),
        box: { x: left / W, y: top / H, width: w / W, height: h / H },
      });
    }
  }
  for (const file of hosts.slice(SOURCES * COPIES, SOURCES * COPIES + OTHERS)) {
    const path = join(folder, `${basename(dirname(file))}-${basename(file)}.jpg`);
    await sharp(file).resize(SIDE, SIDE, { fit: 'inside' }).jpeg({ quality: 92 }).toFile(path);
    settled(path);
  }
  return pasted;
}

async function judge(pasted: readonly Pasted[], folder: string, libraryPath: string, embedder: string, side: number) {
  const engine = await Engine.open({ libraryPath, embedder, watching: false, trainWhileReading: false });
  try {
    await engine.indexOnce([folder]);
    const measure = async (): Promise<{ recall: number; precision: number }> => {
      let [recall, precision] = [0, 0];
      for (const { path, source, label, box } of pasted) {
        const photoId = engine.library.photos.byPath(path)!.id;
        const query = { positives: [{ photoId, box }], negatives: [], sort: 'likeness' as const };
        const { results } = await engine.methods.searchPhotos({ query, k: FIRST, codesOnly: false });
        const names = results.map(({ name }) => name);
        recall += names.filter((name) => name.startsWith(`${source}-`)).length / (COPIES - 1);
        const kinds = names.map((name) => pasted.find((one) => basename(one.path) === name)?.label ?? name);
        precision += kinds.filter((kind) => kind.startsWith(label)).length / FIRST;
      }
      return { recall: recall / pasted.length, precision: precision / pasted.length };
    };
    // A first box switches parts on: they are paused until wholes have been measured.
    engine.methods.pauseIndexing();
    const wholes = await measure();
    if (engine.methods.getParts().done > 0) throw new Error('Parts were made although they were paused');
    const start = performance.now();
    engine.methods.resumeIndexing();
    for (let status = engine.methods.getParts(); status.done < status.photos; status = engine.methods.getParts())
      await new Promise((resolve) => setTimeout(resolve, 200));
    const { photos, partsOfAPhoto, diskOfAPhoto } = engine.methods.getParts();
    const milliseconds = (performance.now() - start) / photos;
    const parts = await measure();
    const words = ({ recall, precision }: { recall: number; precision: number }): string =>
      `recall@10 ${recall.toFixed(3)}, P@10 by class ${precision.toFixed(3)}`;
    console.log(
      `  ${engine.methods.getStatus().embedder.name}, ${side} of the side, ${pasted.length} boxes among ${photos} photos: wholes ${words(wholes)}; parts ${words(parts)} (${partsOfAPhoto} parts, ${Math.round(diskOfAPhoto / partsOfAPhoto)} bytes each, ${milliseconds.toFixed(0)} ms a photo)`,
    );
  } finally {
    await engine.close();
  }
}

function settled(path: string): void {
  const hourAgo = new Date(Date.now() - 3_600_000);
  utimesSync(path, hourAgo, hourAgo);
}
