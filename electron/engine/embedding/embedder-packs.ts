// The embedders a library holds: files in its folder, each opened in a process of its own before it is taken in.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { environment } from '../../contract/environment.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { EmbedderPack, PackOrigin } from '../../contract/embedders.ts';
import type { Library } from '../../library/library.ts';
import { isOutOfSpace } from '../../library/out-of-space.ts';
import { mustBeFolder } from '../../library/files/own-files.ts';
import type { PackRow } from '../../library/rows/pack-rows.ts';
import { builtInNetwork } from '../../vision/built-in.ts';
import { readBaseModel } from './base-model.ts';
import { ThreadedEmbedder } from '../../vision/workers/embedder-threads.ts';
import { descriptionSchema } from '../../vision/onnx/description.ts';
import { hasTextSide, packFiles, type PackFiles } from '../../vision/onnx/pack-files.ts';
import { CONFIG } from '../../vision/transformers/files.ts';
import { takeInFolder, type FolderFacts } from '../../vision/transformers/folder.ts';
import { CPU, fastest, providersToTry, thisMachine, type ProviderTrial, type Trials } from '../../vision/providers.ts';
import { tryEmbedder, tryOtherProviders } from '../../vision/workers/trial.ts';
import { say } from '../../contract/sentence.ts';

/** The name by which the network that comes with Likeness is asked for. */
export const BUILT_IN = 'built-in';

const INCOMING = 'incoming-';
/** What may lie beside a model. */
const BESIDE = ['description', 'text', 'tokenizer', 'tokenizerConfig'] as const satisfies (keyof PackFiles)[];

export class EmbedderPacks {
  readonly #library: Library;
  readonly #folder: string;
  readonly #threads: number;

  /** @param threads that an opened one may take */
  constructor(library: Library, threads = 1) {
    this.#library = library;
    this.#threads = threads;
    this.#folder = join(library.path, 'embedders');
  }

  /**
   * The one that is meant, taken in where it is not yet.
   * @param wanted 'built-in', the name of one that the library holds, or the path of an .onnx file or a transformers folder
   * @throws LikenessError with what is wrong with it
   */
  async resolve(wanted: string): Promise<PackRow> {
    if (wanted === BUILT_IN) return this.#builtIn();
    const row = this.#library.packs.named(wanted);
    if (row && existsSync(this.file(row.fingerprint))) return row;
    if (/\.onnx$/i.test(wanted) || existsSync(join(wanted, CONFIG))) return this.add(wanted);
    throw notKnown(wanted);
  }

  /** Whether the library holds one of that name. */
  knows(name: string): boolean {
    return this.#library.packs.named(name) !== undefined;
  }

  /**
   * Copies an .onnx file and what belongs to it beside it, or a folder of the transformers convention, into the library,
   * once it has been tried.
   * @throws LikenessError with what is wrong with it; nothing is changed then
   */
  async add(path: string): Promise<PackRow> {
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory();
    return isFolder ? this.addFolder(path) : this.#addFile(path);
  }

  /** A folder of the transformers convention. @param origin where it was fetched from */
  async addFolder(folder: string, facts: FolderFacts = {}, origin: PackOrigin | null = null): Promise<PackRow> {
    const name = facts.name ?? basename(resolve(folder));
    return this.#takeIn(
      `${plainName(name)}.onnx`,
      (files) => takeInFolder(folder, files.model, { ...facts, name }),
      false,
      origin,
    );
  }

  async #addFile(file: string): Promise<PackRow> {
    const from = packFiles(file);
    return this.#takeIn(basename(file), async (to) => {
      await copyFile(file, to.model).catch((error: unknown) => {
        throw isOutOfSpace(error)
          ? error
          : new LikenessError(
              'not-found',
              say`The model ${basename(file)} cannot be read at ${file}: ${(error as Error).message}.`,
              { cause: error },
            );
      });
      for (const part of BESIDE) if (existsSync(from[part])) await copyFile(from[part], to[part]);
    });
  }

  /** The same of bytes. @param description the JSON's text, where there is one */
  async addBytes(name: string, bytes: Uint8Array, description: string | undefined): Promise<PackRow> {
    return this.#takeIn(plainName(basename(name)), async (files) => {
      await writeFile(files.model, bytes);
      if (description !== undefined) await writeFile(files.description, description);
    });
  }

  /** Opens one to embed with, by what is fastest here; that is tried out once a machine. */
  async open(row: PackRow): Promise<ThreadedEmbedder> {
    const { provider } = fastest((await this.#trials(row)).trials);
    const file = this.file(row.fingerprint);
    try {
      return await ThreadedEmbedder.open(file, provider, this.#threads);
    } catch (error) {
      // What ran it at the trial may be gone: a graphics card, its driver.
      if (provider === CPU || environment().provider) throw error;
      this.#library.packs.setSpeed(row.fingerprint, null);
      return ThreadedEmbedder.open(file, CPU, this.#threads);
    }
  }

  /**
   * Tries what else could run one here, where that has not been tried yet.
   * @returns the provider that is fastest
   */
  async findFastest(fingerprint: string, signal: AbortSignal): Promise<string | undefined> {
    const row = this.#library.packs.find(fingerprint);
    if (!row) return undefined;
    const known = await this.#trials(row);
    if (known.complete) return fastest(known.trials).provider;
    const others = await tryOtherProviders(this.file(fingerprint), signal);
    return fastest(this.#keepTrials(row, { ...known, trials: [...known.trials, ...others], complete: true }).trials)
      .provider;
  }

  list(inUse: string | undefined, coming: string | undefined): Promise<EmbedderPack[]> {
    return Promise.all(this.#library.packs.all().map((row) => this.describe(row, inUse, coming)));
  }

  async describe(row: PackRow, inUse: string | undefined, coming: string | undefined): Promise<EmbedderPack> {
    const { fingerprint, name, dimensions, licence, builtIn, speed, ranking, origin } = row;
    const sizes = this.#filesOf(fingerprint).map(async (path) => (await stat(path).catch(() => undefined))?.size ?? 0);
    return {
      name,
      dimensions,
      licence,
      bytes: (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
      words: hasTextSide(this.file(fingerprint)),
      origin: origin === null ? null : (JSON.parse(origin) as PackOrigin),
      builtIn: builtIn === 1,
      inUse: fingerprint === inUse,
      coming: fingerprint === coming,
      speed: speed === null ? null : toEmbedderSpeed(JSON.parse(speed) as Trials),
      ranking: ranking === null ? null : (JSON.parse(ranking) as EmbedderPack['ranking']),
    };
  }

  /** Whether it is the network of this version. */
  isBuiltIn(fingerprint: string): boolean {
    return this.#library.settings.get('built-in')?.split(' ')[1] === fingerprint;
  }

  /** The model file that came with an embedder, where one did. */
  baseModelOf(fingerprint: string): Buffer | undefined {
    return this.isBuiltIn(fingerprint) ? readBaseModel() : undefined;
  }

  /** Forgets one and deletes its files. Whether it is in use is the caller's to ask. */
  async remove(row: PackRow): Promise<void> {
    this.#library.packs.remove(row.fingerprint);
    await Promise.all(this.#filesOf(row.fingerprint).map((path) => rm(path, { force: true })));
  }

  /** Deletes what a killed program left half copied. */
  async removeLeftovers(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    await Promise.all(
      names
        .filter((name) => name.startsWith(INCOMING))
        .map((name) => rm(join(this.#folder, name), { recursive: true, force: true })),
    );
  }

  file(fingerprint: string): string {
    return join(this.#folder, `${fingerprint}.onnx`);
  }

  #filesOf(fingerprint: string): string[] {
    return Object.values(packFiles(this.file(fingerprint)) as Record<keyof PackFiles, string>);
  }

  /** The network of this version; kept in the library too, so that it is there when a later version brings another. */
  async #builtIn(): Promise<PackRow> {
    const { description } = packFiles(builtInNetwork);
    const files = await hashOf(builtInNetwork);
    // Its fingerprint is known only once it has been opened, so what these files turned out to be is kept.
    const { settings, packs } = this.#library;
    const [of, fingerprint] = settings.get('built-in')?.split(' ') ?? [];
    const known = of === files && fingerprint !== undefined ? packs.find(fingerprint) : undefined;
    // A copy that was damaged on disk is taken in again.
    if (known && (await hashOf(this.file(known.fingerprint))) === files) return known;
    const taken = await this.#takeIn(
      basename(builtInNetwork),
      async (to) => {
        await copyFile(builtInNetwork, to.model);
        await copyFile(description, to.description);
      },
      true,
    );
    settings.set('built-in', `${files} ${taken.fingerprint}`);
    return taken;
  }

  async #takeIn(
    name: string,
    write: (files: PackFiles) => Promise<void>,
    builtIn = false,
    origin: PackOrigin | null = null,
  ): Promise<PackRow> {
    mustBeFolder(this.#folder);
    await mkdir(this.#folder, { recursive: true });
    const incoming = join(this.#folder, `${INCOMING}${randomUUID()}`);
    // Within a folder of its own under the name it has, so that what is said of it says that name.
    const files = packFiles(join(incoming, name));
    try {
      await mkdir(incoming);
      await write(files);
      const { trials, ...facts } = await tryEmbedder(files.model);
      const { packs } = this.#library;
      const known = packs.find(facts.fingerprint);
      const namesake = packs.named(facts.name);
      if (!known && namesake && !builtIn && !namesake.builtIn) {
        throw new LikenessError(
          'bad-input',
          say`There is an embedder named "${facts.name}" already. Remove it first, or give this one another name in its JSON file.`,
        );
      }
      const kept = packFiles(this.file(facts.fingerprint));
      for (const part of [...BESIDE, 'model'] as const)
        if (existsSync(files[part])) await rename(files[part], kept[part]);
      if (!known) {
        const speed = JSON.stringify(begun(trials));
        packs.add({ ...facts, builtIn: builtIn ? 1 : 0, speed, origin: origin && JSON.stringify(origin) }, Date.now());
      }
      return packs.find(facts.fingerprint)!;
    } catch (error) {
      if (isOutOfSpace(error))
        throw new LikenessError(
          'no-space',
          say`The model ${name} could not be copied into the library, because its disk is full.`,
          { cause: error },
        );
      throw error;
    } finally {
      await rm(incoming, { recursive: true, force: true });
    }
  }

  async #trials(row: PackRow): Promise<Trials> {
    const known = row.speed === null ? undefined : (JSON.parse(row.speed) as Trials);
    const machine = thisMachine();
    if (known?.machine === machine) return known;
    const { trials } = await tryEmbedder(this.file(row.fingerprint));
    return this.#keepTrials(row, begun(trials));
  }

  #keepTrials({ fingerprint }: PackRow, found: Trials): Trials {
    this.#library.packs.setSpeed(fingerprint, JSON.stringify(found));
    return found;
  }
}

/** The first provider was tried. */
function begun(trials: ProviderTrial[]): Trials {
  return { machine: thisMachine(), trials, complete: providersToTry().length === 1 };
}

/** What runs an embedder here, and what else was tried. */
export function toEmbedderSpeed({ trials }: Trials): NonNullable<EmbedderPack['speed']> {
  return { ...fastest(trials), tried: trials };
}

/** The network that comes with Likeness, as its description tells, for a library that is not there yet. */
export async function describeBuiltIn(): Promise<EmbedderPack> {
  const { name, licence, output } = descriptionSchema.parse(
    JSON.parse(await readFile(packFiles(builtInNetwork).description, 'utf8')),
  );
  const { size } = await stat(builtInNetwork);
  return {
    name: name!,
    dimensions: output!.dimensions!,
    licence: licence ?? null,
    bytes: size,
    words: false,
    origin: null,
    builtIn: true,
    inUse: true,
    coming: false,
    speed: null,
    ranking: null,
  };
}

/** SHA-256 of a model and its description; undefined where one of them is not there. */
async function hashOf(model: string): Promise<string | undefined> {
  try {
    const parts = await Promise.all([model, packFiles(model).description].map((path) => readFile(path)));
    return parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Characters of a name that are kept. Files beside a model have its name and more, and may have 255 bytes. */
const LONGEST_NAME = 50;

/** A name is somebody's word: what a file system would read into it is taken out. */
function plainName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}._() -]/gu, '_').replace(/^\.+/, '_');
  const extension = /\.onnx$/i.exec(plain)?.[0] ?? '';
  return [...plain.slice(0, plain.length - extension.length)].slice(0, LONGEST_NAME).join('') + extension;
}

export function notKnown(wanted: string): LikenessError {
  return new LikenessError(
    'bad-input',
    say`There is no embedder named "${wanted}". Give "${BUILT_IN}", the name of one added before, or the path of an .onnx file or of a folder as transformers writes it.`,
  );
}
