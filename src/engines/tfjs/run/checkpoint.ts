import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { syncFolder, writeAtomically } from '../../../folder/atomicWrite.ts';
import { checkpointName } from '../../../folder/layout.ts';
import { messageOf } from '../../../base/text.ts';
import { Failure } from '../failure.ts';
import type { EvaluationMemory } from '../evaluation/evaluator.ts';
import { saveModelFolder } from '../files/modelFolder.ts';
import { openSafetensors } from '../files/safetensors.ts';
import { writeSafetensors } from '../files/writeSafetensors.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import type { Moments } from '../training/optimizer.ts';

/** Everything beside weights and moments that a resumed run needs to go on bit for bit. */
const TrainerStateSchema = z.looseObject({
  global_step: z.number().int().min(0),
  num_input_tokens_seen: z.number().int().min(0),
  best: z.object({ step: z.number().int().min(0), metric: z.number() }).nullable(),
  evaluation: z.object({
    reference_step: z.number().int().min(0).nullable(),
    best_held_correct: z.number().int().min(0),
    reference_correct: z.array(z.string()),
  }),
});
type TrainerStateFile = z.infer<typeof TrainerStateSchema>;

export interface TrainerState {
  readonly step: number;
  readonly tokensSeen: number;
  /** The best evaluation so far that was saved. */
  readonly best: { readonly step: number; readonly metric: number } | undefined;
  readonly memory: EvaluationMemory;
}

const STATE_FILE = 'trainer_state.json';
const MOMENTS_FILE = 'optimizer.safetensors';

/**
 * Saves a checkpoint: a Hugging Face folder plus the trainer's state, complete or not at all (written beside, then renamed).
 * @returns its bytes, weights and moments
 */
export function saveCheckpoint(
  checkpoints: string,
  source: string,
  model: LanguageModel,
  moments: ReadonlyMap<string, Moments>,
  state: TrainerState,
): { readonly name: string; readonly bytes: number } {
  const name = checkpointName(state.step);
  const target = join(checkpoints, name);
  // A step's checkpoint is the same whenever it is saved, so one that is there stays: replacing it could only lose it.
  if (existsSync(join(target, STATE_FILE)))
    return { name, bytes: statSync(join(target, 'model.safetensors')).size };
  const building = join(checkpoints, `.building-${name}-${process.pid}`);
  mkdirSync(checkpoints, { recursive: true });
  rmSync(building, { recursive: true, force: true });
  try {
    let bytes = saveModelFolder(building, source, model.arch, (parameter) => model.read(parameter));
    bytes += writeSafetensors(join(building, MOMENTS_FILE), momentTensors(moments));
    writeAtomically(join(building, STATE_FILE), `${JSON.stringify(toFile(state), undefined, 2)}\n`);
    rmSync(target, { recursive: true, force: true });
    renameSync(building, target);
    syncFolder(checkpoints);
    return { name, bytes };
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    throw error;
  }
}

/** The checkpoint with the highest step that is complete, if any. */
export function latestCheckpoint(checkpoints: string): string | undefined {
  if (!existsSync(checkpoints)) return undefined;
  const names = readdirSync(checkpoints).filter((name) => /^step-\d{8,}$/.test(name));
  return names
    .sort()
    .reverse()
    .map((name) => join(checkpoints, name))
    .find((folder) => existsSync(join(folder, STATE_FILE)));
}

/** Removes what a killed engine left half written, and all but `keep` checkpoints; the protected ones stay. */
export function pruneCheckpoints(
  checkpoints: string,
  keep: number,
  protectedSteps: ReadonlySet<number>,
): void {
  if (!existsSync(checkpoints)) return;
  const names = readdirSync(checkpoints);
  for (const name of names.filter((candidate) => candidate.startsWith('.building-')))
    rmSync(join(checkpoints, name), { recursive: true, force: true });
  const steps = names.filter((name) => /^step-\d{8,}$/.test(name)).sort();
  const kept = new Set([...protectedSteps].map(checkpointName));
  const others = steps.filter((name) => !kept.has(name));
  const surplus = Math.max(0, steps.length - Math.max(keep, kept.size));
  for (const name of others.slice(0, surplus))
    rmSync(join(checkpoints, name), { recursive: true, force: true });
}

export function readTrainerState(checkpoint: string): TrainerState {
  const path = join(checkpoint, STATE_FILE);
  try {
    return fromFile(TrainerStateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))));
  } catch (error) {
    throw new Failure(
      'checkpoint.state',
      `${path} is not a trainer state (${messageOf(error)}): remove that checkpoint folder, then resume from an earlier one.`,
    );
  }
}

/** AdamW's moments by parameter name. */
export function readMoments(checkpoint: string): Map<string, Moments> {
  const file = openSafetensors(join(checkpoint, MOMENTS_FILE));
  try {
    const names = [...file.tensors.keys()]
      .filter((name) => name.startsWith('first.'))
      .map((name) => name.slice('first.'.length));
    return new Map(
      names.map((name) => [name, { first: file.read(`first.${name}`), second: file.read(`second.${name}`) }]),
    );
  } finally {
    file.close();
  }
}

function momentTensors(
  moments: ReadonlyMap<string, Moments>,
): { name: string; shape: number[]; values: () => Float32Array }[] {
  return [...moments].flatMap(([name, { first, second }]) => [
    { name: `first.${name}`, shape: [first.length], values: () => first },
    { name: `second.${name}`, shape: [second.length], values: () => second },
  ]);
}

function toFile(state: TrainerState): TrainerStateFile {
  return {
    global_step: state.step,
    num_input_tokens_seen: state.tokensSeen,
    best: state.best === undefined ? null : { ...state.best },
    evaluation: {
      reference_step: state.memory.referenceStep ?? null,
      best_held_correct: state.memory.bestHeldCorrect,
      reference_correct: [...state.memory.referenceCorrect],
    },
  };
}

function fromFile(file: TrainerStateFile): TrainerState {
  return {
    step: file.global_step,
    tokensSeen: file.num_input_tokens_seen,
    best: file.best ?? undefined,
    memory: {
      referenceStep: file.evaluation.reference_step ?? undefined,
      bestHeldCorrect: file.evaluation.best_held_correct,
      referenceCorrect: file.evaluation.reference_correct,
    },
  };
}
