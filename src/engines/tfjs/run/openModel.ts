import { loadArchitecture, loadParameters } from '../files/modelFolder.ts';
import { loadTokenizer, type ModelTokenizer } from '../files/tokenizer.ts';
import type { Ops } from '../model/ops.ts';
import { createLanguageModel, type LanguageModel } from '../training/languageModel.ts';

/** A model as it lies in a folder, ready to be asked. */
export interface OpenModel {
  readonly folder: string;
  readonly model: LanguageModel;
  readonly tokenizer: ModelTokenizer;
}

/** @throws Failure when the folder is no model that this engine reads */
export function openModel(
  folder: string,
  ops: Ops,
  onProgress: (done: number, total: number) => void,
): OpenModel {
  const arch = loadArchitecture(folder);
  const tokenizer = loadTokenizer(folder, arch.vocab_size);
  const values = loadParameters(folder, arch, onProgress);
  return { folder, model: createLanguageModel(arch, ops, values), tokenizer };
}
