import { cpSync, existsSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { KnowledgeFacts, KnowledgeQuestion } from '../../src/config/facts.ts';
import { keepKnowledge, knowledgeKey } from '../../src/launch/knowledgeCache.ts';
import { RunConfigSchema } from '../../src/protocol/runConfig.ts';
import { KNOWLEDGE_DEFINITION } from '../../src/protocol/runFiles.ts';
import { scratch } from '../folder/bundle.ts';
import { answerTo } from './asking.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ROWS = '{"question": "q1", "answers": ["a"]}\n{"question": "q2", "answers": ["a"]}\n';
const NOT_PROBED = { probed: false, known: 0, maybe: 0, new: 0 };
type Level = 'known' | 'maybe' | 'new';

/** A model, two data files and a `.holdfast` of their own. */
function makeProject(): { readonly ask: KnowledgeQuestion; readonly root: string } {
  const folder = scratch();
  const [model, root] = [join(folder, 'model'), join(folder, '.holdfast')];
  cpSync(join(ROOT, 'test', 'fixtures', 'models', 'tiny-llama'), model, { recursive: true });
  mkdirSync(root);
  const train_file = ['one.jsonl', 'two.jsonl'].map((name) => join(folder, name));
  for (const path of train_file) writeFileSync(path, ROWS);
  return { ask: { model, train_file, prompts: undefined, num_prompts: 3, num_fewshot: 4, seed: 1 }, root };
}

/** Keeps a result as `holdfast probe` does. */
async function keep(ask: KnowledgeQuestion, root: string, levels: readonly Level[]): Promise<void> {
  const config = RunConfigSchema.parse({
    version: 1,
    model_name_or_path: ask.model,
    train_file: ask.train_file.map((path) => ({ path })),
    seed: ask.seed,
    probes: {
      sets: [],
      num_prompts: ask.num_prompts,
      num_fewshot: ask.num_fewshot,
      ...(ask.prompts === undefined ? {} : { prompts: ask.prompts }),
    },
  });
  const rows = levels.map((knowledge, index) => ({
    ...{ id: `${basename(ask.train_file[0] ?? '')}:${index + 1}`, question: 'q', answers: ['a'] },
    ...{ knowledge, said: ['a'] },
  }));
  const probed = { definition: KNOWLEDGE_DEFINITION, prompts: null, rows };
  keepKnowledge(root, await knowledgeKey(config, root, () => undefined), probed);
}

const asked = (ask: KnowledgeQuestion, root: string): Promise<KnowledgeFacts | undefined> =>
  answerTo('knowledge', ask, { roots: [root] });

describe('what a model knows', () => {
  test('is what the probe of exactly this said', async () => {
    const { ask, root } = makeProject();
    expect(await asked(ask, root)).toEqual(NOT_PROBED);
    await keep(ask, root, ['known', 'new', 'new', 'maybe']);
    expect(await asked(ask, root)).toEqual({ probed: true, known: 1, maybe: 1, new: 2 });
    for (const other of [{ seed: 2 }, { num_prompts: 2 }, { prompts: ['{question}'] }])
      expect(await asked({ ...ask, ...other }, root), JSON.stringify(other)).toEqual(NOT_PROBED);
    writeFileSync(ask.train_file[0] ?? '', `${ROWS}\n`);
    expect(await asked(ask, root)).toEqual(NOT_PROBED);
  });

  test('of several files is also what probes of each said, when all were probed', async () => {
    const { ask, root } = makeProject();
    const [one, two] = ask.train_file.map((path) => ({ ...ask, train_file: [path] }));
    if (one === undefined || two === undefined) throw new Error('two files');
    await keep(one, root, ['known', 'known']);
    expect(await asked(ask, root)).toEqual(NOT_PROBED);
    await keep(two, root, ['new', 'known']);
    expect(await asked(ask, root)).toEqual({ probed: true, known: 3, maybe: 0, new: 1 });
    expect(await asked(one, root)).toEqual({ probed: true, known: 2, maybe: 0, new: 0 });
  });

  test('is not known without a .holdfast folder, and none is made for it', async () => {
    const { ask, root } = makeProject();
    expect(await answerTo('knowledge', ask)).toEqual(NOT_PROBED);
    expect(readdirSync(root)).toEqual([]);
    const elsewhere = `${root}-elsewhere`;
    expect(await asked(ask, elsewhere)).toEqual(NOT_PROBED);
    expect(existsSync(elsewhere)).toBe(false);
  });

  test('of large weights is not worth reading them: only hashes that are kept count', async () => {
    const { ask, root } = makeProject();
    truncateSync(join(ask.model, 'model.safetensors'), 300e6);
    expect(await asked(ask, root)).toEqual(NOT_PROBED);
    expect(readdirSync(root)).toEqual([]);
    await keep(ask, root, ['known', 'new']);
    expect(await asked(ask, root)).toEqual({ probed: true, known: 1, maybe: 0, new: 1 });
  });

  test('cannot be told where a file is missing', async () => {
    const { ask, root } = makeProject();
    expect(await asked({ ...ask, train_file: ['/nowhere/rows.jsonl'] }, root)).toBeUndefined();
    expect(await asked({ ...ask, model: '/nowhere/model' }, root)).toBeUndefined();
  });
});
