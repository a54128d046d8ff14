import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../../../folder/atomicWrite.ts';
import { answersOf, isAsking, questionOf, type AskingRow } from '../../../data/wording.ts';
import { encodeJson } from '../../../protocol/numbers.ts';
import { trainFiles, type RunConfig } from '../../../protocol/runConfig.ts';
import { KNOWLEDGE_DEFINITION, type ProbedFile } from '../../../protocol/runFiles.ts';
import { askRows, type AskedRow } from '../evaluation/knowledge.ts';
import { createProgress, warn, type RunContext } from './context.ts';
import { loadRows } from './dataFiles.ts';
import { diskFailure } from './eventLog.ts';
import { openModel, type OpenModel } from './openModel.ts';

/**
 * `holdfast probe`: asks the model every row of train_file that asks something, exactly as a run asks its base, and writes
 * probes/knowledge.json. Ends with `finished`, or with `stopped` when asked to; then nothing is written.
 */
export function probeJob(context: RunContext): void {
  const began = performance.now();
  const { log, paths, run } = context;
  const { config } = run;
  const opened = openModel(config.model_name_or_path, context.ops, createProgress(log, 'loading'));
  const loaded = trainFiles(config).map(({ path }) => loadRows(path, run.data));
  warn(
    log,
    loaded.flatMap(({ warnings }) => warnings),
  );
  const rows = loaded.flatMap((file) => file.rows.filter(isAsking));
  try {
    const asked = ask(context, opened, rows);
    writeProbed(paths.probes, toFile(config, rows, asked));
    const summary = summarise(asked);
    const duration = (performance.now() - began) / 1_000;
    log.write({ type: 'finished', step: 0, duration, best_step: null, summary });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    log.write({ type: 'stopped', step: 0, reason: error.message });
  }
}

/** Thrown out of the middle of decoding, which never waits: commands are looked for between two batches. */
class Stopped extends Error {}

function ask(context: RunContext, { model, tokenizer }: OpenModel, rows: readonly AskingRow[]): AskedRow[] {
  const { config } = context.run;
  const progress = createProgress(context.log, 'probing');
  const [asked = []] = askRows(
    model,
    tokenizer,
    [{ rows, prompts: config.probes.prompts, pool: rows }],
    {
      numPrompts: config.probes.num_prompts,
      numFewShot: config.probes.num_fewshot,
      seed: config.seed,
      batchSize: config.per_device_eval_batch_size * 4,
    },
    (done, total) => {
      progress(done, total);
      obey(context);
    },
  );
  return asked;
}

/** @throws Stopped when a command asks for it */
function obey({ commands, log }: RunContext): void {
  const found = commands.poll();
  for (const { id, problem } of found.broken)
    log.write({ type: 'acknowledged', command: id, accepted: false, reason: problem });
  for (const { id, command } of found.commands) {
    const accepted = command.command === 'stop';
    const reason = accepted ? null : 'a probe job can only be stopped';
    log.write({ type: 'acknowledged', command: id, accepted, reason, name: command.command });
    if (accepted) throw new Stopped(command.reason ?? 'asked for');
  }
}

function toFile(config: RunConfig, rows: readonly AskingRow[], asked: readonly AskedRow[]): ProbedFile {
  return {
    definition: KNOWLEDGE_DEFINITION,
    prompts: config.probes.prompts ?? null,
    rows: rows.map((row, index) => ({
      id: row.id,
      question: questionOf(row),
      answers: [...answersOf(row)],
      knowledge: asked[index]?.knowledge ?? 'maybe',
      said: [...(asked[index]?.said ?? [])],
    })),
  };
}

function summarise(asked: readonly AskedRow[]): Record<string, number> {
  const counts = { known: 0, maybe: 0, new: 0 };
  for (const { knowledge } of asked) counts[knowledge]++;
  return { ...counts, rows: asked.length };
}

function writeProbed(folder: string, file: ProbedFile): void {
  const path = join(folder, 'knowledge.json');
  try {
    mkdirSync(folder, { recursive: true });
    writeAtomically(path, `${encodeJson(file)}\n`);
  } catch (error) {
    throw diskFailure(error, path) ?? error;
  }
}
