import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelFacts, TensorFacts } from '../../config/facts.ts';
import { namesIn } from '../../folder/namesIn.ts';
import { readModelConfig } from '../../launch/modelSummary.ts';
import { readTensorHeaders } from '../../launch/tensorHeaders.ts';
import type { FindContext, Kind } from './kind.ts';

/** The largest published models have a hundred thousand. */
const MAX_TENSORS = 400_000;
const WEIGHTS = /^(model|pytorch_model).*\.(safetensors|bin)$/;

/** A model's config, the headers of its weights and its tokenizer. The weights themselves are never read. */
export const model: Kind<'model'> = {
  identify: ({ folder }, { access, tokenizers }) => {
    if (access.stamp(folder) === undefined) return undefined;
    const weights = weightsIn(folder).map((name) => `${name} ${access.stamp(join(folder, name)) ?? '-'}`);
    return [...weights, tokenizers.stamp(folder, access)].join('\n');
  },
  find: async ({ folder }, context) => {
    const { access } = context;
    const names = weightsIn(folder).filter((name) => access.mayOpen(join(folder, name)));
    const configMayBeRead = access.mayOpen(join(folder, 'config.json'));
    return {
      config: configMayBeRead ? readModelConfig(folder) : undefined,
      tensors: await tensorsOf(folder, names, context),
      bytes: names.reduce((sum, name) => sum + sizeOf(join(folder, name)), 0),
      tokenizer: tokenizerOf(folder, context),
    };
  },
};

/** Where a folder has weights in both formats, safetensors are what is loaded. */
function weightsIn(folder: string): string[] {
  const names = namesIn(folder)
    .filter((name) => WEIGHTS.test(name))
    .sort();
  const safe = names.filter((name) => name.startsWith('model') && name.endsWith('.safetensors'));
  return safe.length > 0 ? safe : names.filter((name) => name.endsWith('.bin'));
}

/** None where one file is damaged: what is left would be taken for the whole model. */
async function tensorsOf(
  folder: string,
  names: readonly string[],
  { pace }: FindContext,
): Promise<TensorFacts[]> {
  const tensors = new Map<string, TensorFacts>();
  for (const [index, name] of names.entries()) {
    const header = readTensorHeaders(join(folder, name));
    if (header === undefined || tensors.size + header.length > MAX_TENSORS) return [];
    for (const tensor of header) tensors.set(tensor.name, tensor);
    pace.onProgress(index + 1, names.length);
    await pace.breathe();
  }
  return [...tensors.values()];
}

function tokenizerOf(
  folder: string,
  { tokenizers, access, environment }: FindContext,
): ModelFacts['tokenizer'] {
  const made = tokenizers.of({ folder, access, isTrusted: environment.isTrusted }).tokenizer();
  return 'problem' in made
    ? { size: undefined, has_chat_template: false, problem: made.problem }
    : { size: made.size, has_chat_template: made.chat !== undefined };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
