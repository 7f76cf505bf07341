// The files that a model consists of: beside its .onnx, under the same name.
import { existsSync } from 'node:fs';

export interface PackFiles {
  /** Turns pictures into features. */
  readonly model: string;
  /** Says how to feed it; may be missing. */
  readonly description: string;
  /** Turns words into vectors of the same space; missing where it knows no words. */
  readonly text: string;
  /** What cuts words into tokens, as transformers writes it: tokenizer.json and tokenizer_config.json. */
  readonly tokenizer: string;
  readonly tokenizerConfig: string;
}

/** @param model the path of an .onnx file */
export function packFiles(model: string): PackFiles {
  const stem = model.replace(/\.onnx$/i, '');
  return {
    model,
    description: `${stem}.json`,
    text: `${stem}.text.onnx`,
    tokenizer: `${stem}.tokenizer.json`,
    tokenizerConfig: `${stem}.tokenizer_config.json`,
  };
}

/** Whether a model has a text side. @param model the path of its .onnx file */
export function hasTextSide(model: string): boolean {
  const { text, tokenizer } = packFiles(model);
  return existsSync(text) && existsSync(tokenizer);
}
