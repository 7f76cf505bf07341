// A folder of the transformers convention, made into the files of a pack.
import { constants } from 'node:fs';
import { copyFile, glob, readFile, writeFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import type { z } from 'zod';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';
import { packFiles } from '../onnx/pack-files.ts';
import { configSchema, preprocessorSchema, toDescription, tokenizerConfigSchema } from './configuration.ts';
import { chooseFiles, CONFIG, PREPROCESSOR, TOKENIZER, TOKENIZER_CONFIG, type ModelFiles } from './files.ts';

export interface FolderFacts {
  /** What the model is called; the folder's own name where nothing is said. */
  readonly name?: string | undefined;
  readonly licence?: string | undefined;
  /** Files to take instead of the most exact that there are. */
  readonly files?: Partial<ModelFiles> | undefined;
}

/**
 * @param model path that its .onnx file is to have; the others come beside it
 * @throws LikenessError 'bad-input' or 'not-found' that says what is wrong with the folder
 */
export async function takeInFolder(folder: string, model: string, facts: FolderFacts = {}): Promise<void> {
  const name = facts.name ?? basename(folder);
  const from = (path: string): string => join(folder, path);
  const files = chooseFiles(await pathsIn(folder), name, facts.files);
  const configuration = {
    config: await read(from(CONFIG), configSchema),
    preprocessor: await read(from(PREPROCESSOR), preprocessorSchema),
    ...(files.text !== undefined && { tokenizer: await read(from(TOKENIZER_CONFIG), tokenizerConfigSchema) }),
  };
  const to = packFiles(model);
  await writeFile(to.description, JSON.stringify(toDescription(configuration, name, facts.licence), undefined, 2));
  // Where the file system can share the bytes of two files, it does.
  const copy = (path: string, target: string): Promise<void> =>
    copyFile(from(path), target, constants.COPYFILE_FICLONE);
  await copy(files.image, to.model);
  if (files.text === undefined) return;
  await copy(files.text, to.text);
  await copy(TOKENIZER, to.tokenizer);
  await copy(TOKENIZER_CONFIG, to.tokenizerConfig);
}

/** Paths of the files that may matter, with / between. */
async function pathsIn(folder: string): Promise<Set<string>> {
  const paths = new Set<string>();
  for await (const path of glob(['*', 'onnx/*'], { cwd: folder })) paths.add(path.replaceAll(sep, '/'));
  return paths;
}

async function read<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const name = basename(file);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new LikenessError('bad-input', say`The file ${file} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LikenessError(
    'bad-input',
    say`The file ${name} has a wrong field "${issue!.path.join('.')}": ${issue!.message}.`,
  );
}
