// Which files of a model of the transformers convention are needed, of all that its folder holds.
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';

export const CONFIG = 'config.json';
export const PREPROCESSOR = 'preprocessor_config.json';
export const TOKENIZER = 'tokenizer.json';
export const TOKENIZER_CONFIG = 'tokenizer_config.json';

/** Paths within the folder, with / between. */
export interface ModelFiles {
  readonly image: string;
  /** Where it knows words. */
  readonly text?: string | undefined;
}

/** Kinds of weights by how an export names them, the ones that are most exact first. */
const WEIGHTS = ['', '_fp16', '_quantized', '_uint8', '_int8', '_q4', '_q4f16', '_bnb4'] as const;
const FOLDERS = ['onnx/', ''] as const;

/**
 * @param paths of all files
 * @param wanted files to take instead of the most exact that there are
 * @throws LikenessError 'bad-input' that says what is missing
 */
export function chooseFiles(paths: ReadonlySet<string>, name: string, wanted: Partial<ModelFiles> = {}): ModelFiles {
  const image = wanted.image ?? find(paths, 'vision_model') ?? find(paths, 'model');
  const text = wanted.text ?? (paths.has(TOKENIZER) ? find(paths, 'text_model') : undefined);
  const needed = [
    CONFIG,
    PREPROCESSOR,
    image ?? 'onnx/model.onnx',
    ...(text === undefined ? [] : [text, TOKENIZER, TOKENIZER_CONFIG]),
  ];
  const missing = needed.filter((path) => !paths.has(path));
  if (missing.length > 0)
    throw new LikenessError(
      'bad-input',
      say`The model ${name} cannot be used: it should have the files config.json, preprocessor_config.json and onnx/model.onnx or onnx/vision_model.onnx, as transformers writes them; ${missing.join(', ')} is missing.`,
    );
  return { image: image!, text };
}

/** All that is read of a model. */
export function filesToTake({ image, text }: ModelFiles): string[] {
  return [CONFIG, PREPROCESSOR, image, ...(text === undefined ? [] : [text, TOKENIZER, TOKENIZER_CONFIG])];
}

/** The most exact weights that lie in one file. */
function find(paths: ReadonlySet<string>, base: string): string | undefined {
  const all = FOLDERS.flatMap((folder) => WEIGHTS.map((weights) => `${folder}${base}${weights}.onnx`));
  const inOneFile = (path: string): boolean => !paths.has(`${path}_data`) && !paths.has(`${path}.data`);
  return all.find((path) => paths.has(path) && inOneFile(path));
}
