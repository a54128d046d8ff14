import { cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { KnowledgeFacts, KnowledgeQuestion } from '../../src/config/facts.ts';
import { runPaths } from '../../src/folder/layout.ts';
import { createRun } from '../../src/launch/createRun.ts';
import { readProbedFile, readRunKnowledge } from '../../src/launch/probedFile.ts';
import { probeConfigOf } from '../../src/launch/probe.ts';
import { startEngine } from '../../src/launch/startEngine.ts';
import { watchToEnd } from '../../src/launch/watchRun.ts';
import { RunConfigSchema, type RunConfigInput } from '../../src/protocol/runConfig.ts';
import type { Job } from '../../src/protocol/runFiles.ts';
import { exampleRows, probePrompts } from '../engines/tfjs/runs.ts';
import { repository } from '../engines/tfjs/models.ts';
import { scratch } from '../folder/bundle.ts';
import { answerTo } from './asking.ts';

const engine = { command: process.execPath, args: [join(repository, 'dist/engines/tfjs/main.js')] };
const folder = scratch();
const root = join(folder, '.holdfast');
const model = join(folder, 'model');
const [train, held, twin] = ['train.jsonl', 'held.jsonl', join('other', 'train.jsonl')].map((name) =>
  join(folder, name),
) as [string, string, string];

const ASK: KnowledgeQuestion = {
  ...{ model, train_file: [train], prompts: probePrompts, num_prompts: 3, num_fewshot: 4, seed: 1 },
};
const CONFIG: RunConfigInput = {
  version: 1,
  model_name_or_path: model,
  train_file: train,
  seed: 1,
  max_steps: 1,
  probes: { sets: [{ name: 'held', file: held }], prompts: probePrompts },
};

/** A run or a job of the real engine, to its end; the folder. */
async function work(config: RunConfigInput, job?: Exclude<Job, { kind: 'train' }>): Promise<string> {
  const full = RunConfigSchema.parse(config);
  const { folder: made } = await createRun({
    ...{ root, config: job === undefined ? full : probeConfigOf(full), origins: {}, configFile: null },
    ...(job === undefined ? {} : { job }),
    versions: {},
  });
  await startEngine({ folder: made, engine });
  const { status } = await watchToEnd(made, { onSeen: () => undefined, wantsToLeave: () => false });
  expect(status).toBe('finished');
  return made;
}

const asked = (ask: Partial<KnowledgeQuestion> = {}): Promise<KnowledgeFacts | undefined> =>
  answerTo('knowledge', { ...ASK, ...ask }, { roots: [root] });
const knowledgeFileOf = (run: string): string => join(runPaths(run).probes, 'knowledge.json');

let run: string;
beforeAll(async () => {
  vi.stubEnv('HOLDFAST_HOME', scratch());
  cpSync(join(repository, 'examples/lab/base'), model, { recursive: true });
  mkdirSync(join(folder, 'other'));
  const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const facts = exampleRows('held', 16);
  writeFileSync(train, lines([...facts.slice(0, 8), ...exampleRows('train', 8)]));
  writeFileSync(twin, readFileSync(train));
  // Its long answer would let the engine listen longer, were it asked together with the training rows.
  const talkative = { question: 'What is told of Ada?', answers: ['a long tale '.repeat(8).trim()] };
  writeFileSync(held, lines([...facts.slice(8), talkative]));
  run = await work(CONFIG);
});

describe('what a run was told of its training rows', () => {
  test('is what a probe of them is told', async () => {
    const told = readRunKnowledge(knowledgeFileOf(run))?.train;
    const probed = readProbedFile(knowledgeFileOf(await work(CONFIG, { kind: 'probe' })));
    if (probed === undefined || !('value' in probed)) throw new Error('the probe left nothing');
    expect(told).toEqual(Object.fromEntries(probed.value.rows.map((row) => [row.id, row.knowledge])));
    const levels = probed.value.rows.map(({ knowledge }) => knowledge);
    const count = (level: string): number => levels.filter((one) => one === level).length;
    expect(await asked()).toEqual({
      ...{ probed: true, known: count('known'), maybe: count('maybe'), new: count('new') },
    });
    expect(count('known')).toBeGreaterThan(0);
    expect(count('new')).toBeGreaterThan(0);
  });

  test('answers no other question', async () => {
    const others = [
      { prompts: undefined },
      { prompts: probePrompts.slice(1) },
      { train_file: [train, held] },
    ];
    for (const other of others)
      expect(await asked(other), JSON.stringify(other)).toMatchObject({ probed: false });
    // A row is named after its file: a file of the same name and content elsewhere is asked in the same words.
    expect(await asked({ train_file: [twin] })).toMatchObject({ probed: true });
  });

  test('is not seen in an untrusted window that the run lies outside of', async () => {
    const outside = { roots: [root], isTrusted: false, workspaceFolders: [join(folder, 'other')] };
    expect(await answerTo('knowledge', ASK, outside)).toBeUndefined();
    const inside = { ...outside, workspaceFolders: [folder] };
    expect(await answerTo('knowledge', ASK, inside)).toMatchObject({ probed: true });
  });

  test.each([
    ['of another definition', { definition: 0 }],
    ['of before definitions', { definition: undefined }],
    ['broken', { train: { 'train.jsonl:1': 'perhaps' } }],
  ])('is not believed where it is %s', async (_what, change) => {
    const path = knowledgeFileOf(run);
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(whole) as object), ...change }));
    expect(await asked()).toMatchObject({ probed: false });
    writeFileSync(path, whole);
    expect(await asked()).toMatchObject({ probed: true });
  });

  test('is not what rows of the same name in two files were told', async () => {
    const both = await work({ ...CONFIG, train_file: [{ path: train }, { path: twin }] });
    expect(readRunKnowledge(knowledgeFileOf(both))).toBeDefined();
    expect(await asked({ train_file: [train, twin] })).toMatchObject({ probed: false });
  });

  test('is of no use once the weights are written again', async () => {
    const weights = join(model, 'model.safetensors');
    utimesSync(weights, new Date(), new Date());
    expect(await asked()).toMatchObject({ probed: false });
  });
});
