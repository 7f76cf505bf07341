// How long duplicates take among many photos, and what one takes that comes later. The library is made from the photos that are given: each other
// photo is the mean of three of them, by features and by pixels, which are shifted.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import sharp from 'sharp';
import { ActiveModel } from '../../electron/engine/codes/active-model.ts';
import { nativeVectorIndexes } from '../../electron/engine/codes/native-vector-index.ts';
import { LinkFinder } from '../../electron/engine/duplicates/link-finder.ts';
import { Engine } from '../../electron/engine/engine.ts';
import { ReaderPool } from '../../electron/library/decode/reader-pool.ts';
import { toGrey, type SmallPicture } from '../../electron/library/decode/small-picture.ts';
import { Library } from '../../electron/library/library.ts';
import { signatureOf } from '../../electron/numeric/picture-signature.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { normalized } from '../../electron/numeric/vectors.ts';
import { NOTHING_TOLD } from '../support/xmp.ts';

const LATER = 200;
const READERS = 2;
/** Photos that one is mixed from. */
const MIXED = 3;
/** Photos that are written at once. */
const BATCH = 2000;

interface Known {
  readonly feature: Float32Array;
  readonly small: SmallPicture;
}

export async function benchDuplicates(photos: string, sizes: readonly number[]): Promise<void> {
  for (const size of sizes) {
    const libraryPath = mkdtempSync(join(tmpdir(), 'likeness-duplicates-'));
    try {
      const engine = await Engine.open({ libraryPath, watching: false, trainWhileReading: false });
      await engine.indexOnce([photos]);
      await engine.close();
      await measure(libraryPath, size);
    } finally {
      rmSync(libraryPath, { recursive: true });
    }
  }
}

async function measure(libraryPath: string, size: number): Promise<void> {
  const library = Library.open(libraryPath);
  const readers = new ReaderPool(READERS);
  try {
    const [embedder] = library.features.embedders();
    const active = ActiveModel.load(library, embedder.id)!;
    const mixture = new Mixture(library, active);
    while (library.contents.count() < size - LATER)
      await mixture.add(Math.min(BATCH, size - LATER - library.contents.count()));
    const finder = new LinkFinder(
      { library, readers, semaphore: pLimit(READERS), keep: () => undefined },
      () => undefined,
    );
    const look = async (): Promise<{ looked: number; same: number; seconds: number }> => {
      const start = performance.now();
      let [looked, same] = [0, 0];
      const looking = { embedder: embedder, active: () => active, makeVectorIndex: nativeVectorIndexes() };
      for await (const found of finder.find(looking)) {
        library.inTransaction(() => library.duplicates.add(found.looked, found.links));
        looked += found.looked.length;
        same += found.links.same.length;
      }
      return { looked, same, seconds: (performance.now() - start) / 1000 };
    };
    const all = await look();
    console.log(
      `  ${all.looked} photos: ${all.seconds.toFixed(1)} s, ${((1000 * all.seconds) / all.looked).toFixed(2)} ms a photo, ${all.same} pairs of one picture ` +
        `(to reach 60 s for 100,000 and 1,200 s for 1,000,000); ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`,
    );
    await mixture.add(LATER);
    const later = await look();
    console.log(
      `  ${later.looked} more: ${((1000 * later.seconds) / later.looked).toFixed(2)} ms a photo (to take milliseconds)`,
    );
  } finally {
    await readers.close();
    library.close();
  }
}

/** Adds photos that are mixtures of those there were at first, on a drive that is not connected. */
class Mixture {
  readonly #library: Library;
  readonly #active: ActiveModel;
  readonly #known: Known[];
  readonly #folder: number;
  readonly #random = seededRandom(41);
  #added = 0;

  constructor(library: Library, active: ActiveModel) {
    this.#library = library;
    this.#active = active;
    this.#known = library.features.regionIds(active.embedderId).flatMap((regionId) => {
      const [whole] = library.contents.wholes(active.embedderId, [regionId]);
      const small = whole && library.smallPictures.get(whole.contentId);
      return small ? [{ feature: normalized(whole.vector), small }] : [];
    });
    this.#folder = library.folders.add('/media/not/connected', 'none', [], 0);
  }

  async add(count: number): Promise<void> {
    const library = this.#library;
    const mixed = await Promise.all(
      Array.from({ length: count }, async () => {
        const { feature, small } = this.#mix();
        return { feature, small, thumbnail: await toJpeg(small) };
      }),
    );
    library.inTransaction(() => {
      const encoded = mixed.map(({ feature, small, thumbnail }) => {
        const at = ++this.#added;
        const path = `/media/not/connected/${at}.jpg`;
        library.photos.reconcile(this.#folder, { path, size: 1000, modifiedAt: at }, 1);
        const hash = Buffer.alloc(32);
        hash.writeUInt32LE(at);
        const contentId = library.contents.insert({ ...DRAFT, hash, thumbnail });
        library.photos.link(library.photos.byPath(path)!.id, contentId, at);
        library.smallPictures.insert(contentId, { small, signature: signatureOf(toGrey(small)) });
        const regionId = library.regions.wholeOf(contentId)!;
        library.features.insert(this.#active.embedderId, regionId, feature);
        return this.#active.encode(regionId, feature);
      });
      library.codes.append(this.#active.id, encoded);
      this.#active.append(encoded);
    });
  }

  #mix(): Known {
    const parts = Array.from({ length: MIXED }, () => this.#draw());
    const { width, height } = parts[0].small;
    const pixels = meanOf(
      parts.map(({ small }) => small.pixels),
      width * height,
      parts.map(({ small }) => this.#random.below(small.pixels.length)),
    );
    const feature = meanOf(
      parts.map(({ feature: row }) => row),
      parts[0].feature.length,
    );
    return { feature: normalized(feature), small: { width, height, pixels: Uint8Array.from(pixels) } };
  }

  #draw(): Known {
    return this.#known[this.#random.below(this.#known.length)];
  }
}

/** Of so many numbers of each row, from a place of its own on, and from its start again where it ends. */
function meanOf(rows: readonly ArrayLike<number>[], length: number, from: readonly number[] = []): Float32Array {
  const mean = new Float32Array(length);
  for (const [at, row] of rows.entries()) {
    let place = from[at] ?? 0;
    for (let i = 0; i < length; i++) {
      mean[i] += row[place] / rows.length;
      if (++place === row.length) place = 0;
    }
  }
  return mean;
}

const DRAFT = {
  width: 160,
  height: 120,
  format: 'jpeg',
  colour: 0x808080,
  takenAt: null,
  camera: null,
  lens: null,
  told: NOTHING_TOLD,
  warning: null,
};

const toJpeg = ({ width, height, pixels }: SmallPicture): Promise<Buffer> =>
  sharp(pixels, { raw: { width, height, channels: 1 } })
    .jpeg()
    .toBuffer();
