import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fill, questionOf } from '../../../src/data/wording.ts';
import { RunConfigSchema } from '../../../src/protocol/runConfig.ts';
import { ProbeFileSchema } from '../../../src/protocol/runFiles.ts';
import { repository } from './models.ts';
import {
  eventsOf,
  exampleRows,
  makeRun,
  heldProbes,
  removeFolders,
  runEngine,
  temporaryFolder,
} from './runs.ts';

afterAll(removeFolders);

/** A Python that has torch and transformers; without one this check is skipped. */
const python = process.env.HOLDFAST_TEST_PYTHON;

it.skipIf(python === undefined)(
  'a checkpoint answers in Transformers as it does here, greedily, fact by fact',
  async () => {
    const within = temporaryFolder();
    const run = makeRun(
      {
        max_steps: 40,
        learning_rate: 1e-3,
        per_device_train_batch_size: 32,
        eval_strategy: 'no',
        probes: heldProbes(within, 120),
      },
      exampleRows('train', 120),
      within,
    );
    expect(await runEngine(run)).toMatchObject({ code: 0 });
    const file = eventsOf(run, 'evaluated').at(-1)?.probe_file ?? '';
    const { facts } = ProbeFileSchema.parse(JSON.parse(readFileSync(join(run.paths.folder, file), 'utf8')));
    const template = RunConfigSchema.shape.prompt_template.parse(undefined);
    const prompts = facts.map((fact) => fill(template, questionOf({ kind: 'question', ...fact })));
    writeFileSync(join(within, 'prompts.json'), JSON.stringify(prompts));
    const checkpoint = join(run.paths.folder, eventsOf(run, 'saved').at(-1)?.path ?? '');
    const script = join(repository, 'scripts/check_with_transformers.py');
    const output = execFileSync(
      python ?? '',
      [script, checkpoint, join(within, 'prompts.json'), '--max-new-tokens', '12'],
      { encoding: 'utf8', maxBuffer: 1e8 },
    );
    const answers = JSON.parse(output) as string[];
    // Ours stops after as many tokens as the longest accepted answer has; up to there both must say the same.
    const agrees = (ours: string, theirs: string, correct: boolean): boolean =>
      correct ? theirs === ours : theirs.startsWith(ours);
    const differing = facts.filter(
      (fact, index) => !agrees(fact.answer ?? '', answers[index] ?? '', fact.correct),
    );
    expect(facts.length).toBeGreaterThan(200);
    expect(differing.map((fact) => fact.question)).toEqual([]);
  },
);
