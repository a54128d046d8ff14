import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runPaths } from '../../src/folder/layout.ts';
import { holdfastFolderFor } from '../../src/launch/findRoot.ts';
import { createJob } from '../../src/launch/jobs.ts';
import { fingerprintFile } from '../../src/launch/fingerprint.ts';
import { fingerprintModel } from '../../src/launch/fingerprintModel.ts';
import { knowledgeKey, knowledgeKeyOf, recallKnowledge } from '../../src/launch/knowledgeCache.ts';
import { probeConfigOf, takeProbed } from '../../src/launch/probe.ts';
import { RunConfigSchema, type RunConfigInput } from '../../src/protocol/runConfig.ts';
import type { ProbedFile } from '../../src/protocol/runFiles.ts';
import type { Status } from '../../src/runs/liveStatus.ts';
import { stateAfter, type Said } from '../runs/events.ts';
import { scratch } from '../folder/bundle.ts';
import { makeProject } from './fakeRuns.ts';

const project = makeProject();
const root = holdfastFolderFor(project.configFile);
mkdirSync(project.config.model_name_or_path);
writeFileSync(join(project.config.model_name_or_path, 'config.json'), '{}');
const more = join(project.folder, 'more.jsonl');
writeFileSync(more, '{"prompt":"c","completion":"d"}\n');

const config = (over: Partial<RunConfigInput> = {}) =>
  RunConfigSchema.parse({
    version: 1,
    model_name_or_path: project.config.model_name_or_path,
    train_file: [{ path: project.config.train_file as string, weight: 3 }, { path: more }],
    ...over,
  });
const keyOf = (over: Partial<RunConfigInput>) =>
  knowledgeKey(probeConfigOf(config(over)), root, () => undefined);

describe('what a probe of a config asks', () => {
  const others: Partial<RunConfigInput> = {
    eval_file: more,
    learning_rate: 1,
    self_distill: {},
    lora: {},
    probes: { sets: [{ name: 'x', file: '/gone.jsonl' }], max_forgetting: 0.2 },
    data_seed: 9,
  };

  test('is what the rules of the editor look for, whatever else the config has', async () => {
    const data = await Promise.all(
      [project.config.train_file as string, more].map((path) => fingerprintFile(path, 'data file')),
    );
    const model = await fingerprintModel(project.config.model_name_or_path, root, () => undefined);
    const { probes, seed } = config();
    const { prompts, num_prompts, num_fewshot } = probes;
    const expected = knowledgeKeyOf({ model, data, prompts, num_prompts, num_fewshot, seed });
    expect(await keyOf({})).toBe(expected);
    expect(await keyOf(others)).toBe(expected);
  });

  test.each<Partial<RunConfigInput>>([
    { seed: 7 },
    { probes: { num_prompts: 2 } },
    { probes: { num_fewshot: 2 } },
    { probes: { prompts: ['Q: {question}'] } },
    { train_file: more },
  ])('differs with %j', async (over) => {
    expect(await keyOf(over)).not.toBe(await keyOf({}));
  });

  test('wants no engine for what only training needs', () => {
    const probe = probeConfigOf(config({ ...others, engine: 'torch', trust_remote_code: true, bf16: false }));
    expect(probe).toMatchObject({ engine: 'torch', trust_remote_code: true, bf16: false });
    for (const key of ['lora', 'self_distill', 'eval_file', 'freeze'] as const)
      expect(probe[key]).toBeUndefined();
  });
});

const PROBED: ProbedFile = {
  definition: 1,
  prompts: null,
  rows: [{ id: 'rows.jsonl:1', question: 'a', answers: ['b'], knowledge: 'known', said: ['b'] }],
};
const followed = (status: Status, ...said: Said[]) => ({ state: stateAfter(['hello'], ...said), status });
const makeJob = async (): Promise<string> => {
  const made = await createJob({
    root,
    config: probeConfigOf(config()),
    versions: {},
    job: { kind: 'probe' },
  });
  return made.folder;
};
const KEPT = { root, key: 'a'.repeat(64), onUnkept: (problem: string) => expect.fail(problem) };

describe('what a probe has left', () => {
  test('is kept, and its folder goes', async () => {
    const folder = await makeJob();
    writeFileSync(join(runPaths(folder).probes, 'knowledge.json'), JSON.stringify(PROBED));
    expect(takeProbed(folder, followed('finished', ['finished']), KEPT)).toEqual(PROBED);
    expect(recallKnowledge(root, KEPT.key)).toEqual(PROBED);
    expect(existsSync(folder)).toBe(false);
  });

  test('is not lost where it cannot be kept', async () => {
    const folder = await makeJob();
    writeFileSync(join(runPaths(folder).probes, 'knowledge.json'), JSON.stringify(PROBED));
    const told: string[] = [];
    const other = scratch();
    const unkeepable = { ...KEPT, root: other, onUnkept: (text: string) => told.push(text) };
    mkdirSync(join(other, 'cache', 'knowledge', `${KEPT.key}.json`, 'a folder'), { recursive: true });
    expect(takeProbed(folder, followed('finished', ['finished']), unkeepable)).toEqual(PROBED);
    expect(told).toEqual([expect.stringMatching(/^Cannot keep what the model knows in .*\.$/)]);
  });

  test.each<[string, ReturnType<typeof followed>, RegExp, 'kept' | 'removed']>([
    [
      'a failure',
      followed('failed', ['failed', { message: 'The disk is full.' }]),
      /^The disk is full\.$/,
      'kept',
    ],
    [
      'a stop',
      followed('stopped', ['stopped', { reason: 'enough' }]),
      /^Stopped \(enough\): give/,
      'removed',
    ],
    ['an engine that is gone', followed('lost'), /gone without a last word .*engine\.log/, 'kept'],
    [
      'nothing',
      followed('finished', ['finished']),
      /knowledge\.json: it is missing; give the command/,
      'kept',
    ],
  ])('of %s is one sentence', async (_what, end, sentence, left) => {
    const folder = await makeJob();
    expect(() => takeProbed(folder, end, KEPT)).toThrow(sentence);
    expect(existsSync(folder)).toBe(left === 'kept');
  });
});
