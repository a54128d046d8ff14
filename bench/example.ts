import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeCompletion, type EncodedRow } from '../src/data/encode.ts';
import { parseRows } from '../src/data/parseRows.ts';
import { isAsking, wordRow } from '../src/data/wording.ts';
import { createFact, type Fact } from '../src/engines/tfjs/evaluation/fact.ts';
import { loadArchitecture, loadParameters } from '../src/engines/tfjs/files/modelFolder.ts';
import { loadTokenizer, type ModelTokenizer } from '../src/engines/tfjs/files/tokenizer.ts';
import { nativeOps } from '../src/engines/tfjs/model/nativeOps.ts';
import { createLanguageModel, type LanguageModel } from '../src/engines/tfjs/training/languageModel.ts';
import { repository } from '../test/engines/tfjs/models.ts';

/** The lab's example in memory: its base model, held facts and training rows. */
export interface Example {
  readonly model: LanguageModel;
  readonly tokenizer: ModelTokenizer;
  readonly held: readonly Fact[];
  readonly rows: readonly EncodedRow[];
}

const TEMPLATE = 'Answer the following question. {question}\n';

export function loadExample(): Example {
  const folder = join(repository, 'examples/lab');
  const arch = loadArchitecture(join(folder, 'base'));
  const tokenizer = loadTokenizer(join(folder, 'base'), arch.vocab_size);
  const model = createLanguageModel(arch, nativeOps, loadParameters(join(folder, 'base'), arch));
  const read = (name: string): ReturnType<typeof parseRows>['rows'] =>
    parseRows(readFileSync(join(folder, name), 'utf8'), name).rows;
  const held = read('held.jsonl')
    .filter(isAsking)
    .map((row) => createFact(row, 'held', 'held', TEMPLATE, tokenizer));
  const rows = read('train.jsonl')
    .filter(isAsking)
    .map((row) => encodeCompletion(row.id, wordRow(row, TEMPLATE), tokenizer, 128, true));
  return { model, tokenizer, held, rows };
}
