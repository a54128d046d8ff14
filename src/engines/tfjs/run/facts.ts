import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../../../folder/atomicWrite.ts';
import { withoutTrained, type Knowledge } from '../../../data/knowledge.ts';
import type { Row } from '../../../data/row.ts';
import { isAsking, questionOf, type AskingRow } from '../../../data/wording.ts';
import { decodeFile } from '../../../protocol/decode.ts';
import type { ProbeSet, RunConfig } from '../../../protocol/runConfig.ts';
import {
  KNOWLEDGE_DEFINITION,
  RunKnowledgeSchema,
  type RunFile,
  type RunKnowledge,
} from '../../../protocol/runFiles.ts';
import { createFact, type Fact } from '../evaluation/fact.ts';
import { askKnowledge, type Inquiry } from '../evaluation/knowledge.ts';
import type { ModelTokenizer } from '../files/tokenizer.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import { loadRows, type Warning } from './dataFiles.ts';
import { cachedAnswers } from './knowledgeCache.ts';

export interface PreparedFacts {
  readonly facts: readonly Fact[];
  readonly warnings: readonly Warning[];
  /** How the training rows fell out; all zero for text. */
  readonly trainKnowledge: Readonly<Record<Knowledge, number>>;
  /** Ids of the training rows that the base model knows. */
  readonly knownRows: ReadonlySet<string>;
}

/**
 * The facts a run is measured on, by what its base model knows, which is asked once, in the first attempt: held = known facts of the
 * probe sets that training does not touch; known and new = the training rows by what the base knows of them (DESIGN 6).
 * @param folder probes/ of the run, where the answer of the first attempt lies
 */
export function prepareFacts(
  base: LanguageModel,
  tokenizer: ModelTokenizer,
  config: RunConfig,
  training: readonly Row[],
  fingerprints: RunFile['data'],
  folder: string,
  onProgress: (done: number, total: number) => void,
): PreparedFacts {
  const asking = training.filter(isAsking);
  const sets = probeSets(config);
  const loaded = sets.map((set) => loadRows(set.file, fingerprints));
  const untouched = loaded.map(({ rows }) =>
    withoutTrained(rows.filter(isAsking), asking).slice(0, config.probes.max_facts),
  );

  const path = join(folder, 'knowledge.json');
  const knowledge =
    readKnowledge(path) ??
    askAll(base, tokenizer, config, asking, sets, untouched, dirname(folder), onProgress);
  mkdirSync(folder, { recursive: true });
  writeAtomically(path, `${JSON.stringify(knowledge)}\n`);

  const trainFacts = asking.flatMap((row) => {
    const kind = knowledge.train[row.id];
    return kind === 'known' || kind === 'new'
      ? [createFact(row, kind, 'train', config.prompt_template, tokenizer)]
      : [];
  });
  const heldFacts = sets.flatMap((set, index) =>
    (untouched[index] ?? [])
      .filter((row) => knowledge.held[set.name]?.[row.id] === 'known')
      .map((row) => createFact(row, 'held', set.name, config.prompt_template, tokenizer)),
  );
  const asked = untouched.reduce((sum, rows) => sum + rows.length, 0);
  return {
    facts: [...heldFacts, ...trainFacts],
    warnings: [...loaded.flatMap(({ warnings }) => warnings), ...heldWarnings(heldFacts.length, asked)],
    trainKnowledge: countKnowledge(knowledge.train),
    knownRows: new Set(Object.keys(knowledge.train).filter((id) => knowledge.train[id] === 'known')),
  };
}

/** 'auto' was replaced by the shipped set's path when the run was created. */
function probeSets(config: RunConfig): readonly ProbeSet[] {
  return config.probes.sets === 'auto' ? [] : config.probes.sets;
}

function askAll(
  base: LanguageModel,
  tokenizer: ModelTokenizer,
  config: RunConfig,
  training: readonly AskingRow[],
  sets: readonly ProbeSet[],
  rows: readonly (readonly AskingRow[])[],
  runFolder: string,
  onProgress: (done: number, total: number) => void,
): RunKnowledge {
  const inquiries: Inquiry[] = [
    { rows: training, prompts: config.probes.prompts, pool: training },
    ...sets.map((set, index) => ({
      rows: rows[index] ?? [],
      prompts: set.prompts ?? config.probes.prompts,
      pool: rows[index] ?? [],
    })),
  ];
  const settings = {
    numPrompts: config.probes.num_prompts,
    numFewShot: config.probes.num_fewshot,
    seed: config.seed,
    batchSize: config.per_device_eval_batch_size * 4,
  };
  // The tokenizer shows in how it cuts a prompt up, the rest in the rows and settings themselves.
  const asked = {
    inquiries,
    settings,
    pieces: inquiries.map(({ rows: [row] }) => row && tokenizer.encodeStart(questionOf(row))),
  };
  return cachedAnswers(runFolder, base, asked, RunKnowledgeSchema, () => {
    const [train = [], ...held] = askKnowledge(base, tokenizer, inquiries, settings, onProgress);
    return {
      definition: KNOWLEDGE_DEFINITION,
      train: byId(training, train),
      held: Object.fromEntries(
        sets.map((set, index) => [set.name, byId(rows[index] ?? [], held[index] ?? [])]),
      ),
    };
  });
}

function byId(rows: readonly AskingRow[], knowledge: readonly Knowledge[]): Record<string, Knowledge> {
  return Object.fromEntries(rows.map((row, index) => [row.id, knowledge[index] ?? 'maybe']));
}

function readKnowledge(path: string): RunKnowledge | undefined {
  if (!existsSync(path)) return undefined;
  const decoded = decodeFile(RunKnowledgeSchema, readFileSync(path, 'utf8'));
  return 'value' in decoded ? decoded.value : undefined;
}

function heldWarnings(held: number, asked: number): Warning[] {
  if (asked === 0 || held > 0) return [];
  const message = `The base model knows none of the ${asked} probe facts, so forgetting cannot be measured: training goes on; give probes.sets facts that this model knows, or probes.prompts in wordings it answers.`;
  return [{ code: 'probes.nothing-known', message }];
}

function countKnowledge(train: Readonly<Record<string, Knowledge>>): Record<Knowledge, number> {
  const counts = { known: 0, maybe: 0, new: 0 };
  for (const kind of Object.values(train)) counts[kind]++;
  return counts;
}
