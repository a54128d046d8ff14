import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRows } from '../../data/parseRows.ts';
import type { QuestionRow } from '../../data/row.ts';
import { writeAtomically } from '../../folder/atomicWrite.ts';
import type { RunConfig } from '../../protocol/runConfig.ts';
import { readConfig } from '../configFile.ts';
import { prepareRun, withConfig, type PreparedRun } from '../prepare.ts';
import type { Services } from '../services.ts';
import { UserError } from '../userError.ts';
import { drawFacts, type Draw, type DrawSizes } from './draw.ts';

/** The lab's draw: as many known as new facts, and enough others to see a percent of forgetting. */
export const LAB_SIZES: DrawSizes = { known: 400, new: 400, held: 840 };

/** Draws the facts of a seed from those that ship with the lab. */
export function drawOf(seed: number, { lab }: Services): Draw {
  try {
    return drawFacts(
      readFacts(join(lab, 'facts.jsonl')),
      readFacts(join(lab, 'new-facts.jsonl')),
      LAB_SIZES,
      seed,
    );
  } catch (error) {
    if (error instanceof RangeError)
      throw new UserError(
        `The lab's facts in ${lab} are too few (${error.message}): install Holdfast again.`,
      );
    throw error;
  }
}

/** Writes train.jsonl (known and new), known.jsonl and held.jsonl. */
export function writeDraw(folder: string, draw: Draw): void {
  mkdirSync(folder, { recursive: true });
  writeAtomically(join(folder, 'train.jsonl'), linesOf(draw.train));
  writeAtomically(join(folder, 'known.jsonl'), linesOf(draw.known));
  writeAtomically(join(folder, 'held.jsonl'), linesOf(draw.held));
}

/** The run of the lab's config on the draw in `folder`. @param train which of its files is trained on */
export async function labRun(
  folder: string,
  train: 'train' | 'known',
  seed: number,
  root: string,
  services: Services,
): Promise<PreparedRun> {
  const prepared = await prepareRun(readConfig(join(services.lab, 'facts.sft.yaml')), {}, services);
  const { probes } = prepared.config;
  const config: RunConfig = {
    ...prepared.config,
    train_file: join(folder, `${train}.jsonl`),
    seed,
    data_seed: seed,
    probes: { ...probes, sets: [{ name: 'held', file: join(folder, 'held.jsonl') }] },
  };
  return { ...withConfig(prepared, config), root };
}

function readFacts(path: string): QuestionRow[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new UserError(`The lab's facts ${path} are missing: install Holdfast again.`);
  }
  return parseRows(text, 'facts').rows.filter((row) => row.kind === 'question');
}

function linesOf(facts: readonly QuestionRow[]): string {
  return facts
    .map(({ question, answers, subject, relation }) =>
      JSON.stringify({ question, answers, subject, relation }),
    )
    .map((line) => `${line}\n`)
    .join('');
}
