import type { Score } from '../../../protocol/events.ts';
import type { ProbeFact } from '../../../protocol/runFiles.ts';
import type { ModelTokenizer } from '../files/tokenizer.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import { decodeGreedily } from './decode.ts';
import { measureDrift, type Drift } from './drift.ts';
import type { Fact } from './fact.ts';
import { checkTeacherForced, type Trace } from './teacherForced.ts';

/** What evaluations remember of each other; saved with every checkpoint, so that a resumed run measures on. */
export interface EvaluationMemory {
  /** Step of the best held EM so far, the reference of forgetting; undefined before the first evaluation. */
  readonly referenceStep: number | undefined;
  readonly bestHeldCorrect: number;
  /** Ids of the facts that were right at the reference step. */
  readonly referenceCorrect: readonly string[];
}

export const NO_MEMORY: EvaluationMemory = {
  referenceStep: undefined,
  bestHeldCorrect: 0,
  referenceCorrect: [],
};

/** One evaluation's results. */
export interface Evaluation {
  readonly held: Score | null;
  readonly known: Score | null;
  readonly new: Score | null;
  readonly probes: Record<string, Score>;
  /** undefined where it cannot be measured: no held facts, or none ever right. */
  readonly forgetting: number | undefined;
  readonly drift: Drift;
  readonly facts: readonly ProbeFact[];
  readonly memory: EvaluationMemory;
  /** Facts on which decoded text and token equality disagree; undefined unless decoded. */
  readonly stringDifferences: number | undefined;
  /** Facts on which decoding and the teacher-forced check disagree; undefined unless decoded. */
  readonly forcedDifferences: number | undefined;
}

export interface EvaluateOptions {
  readonly step: number;
  /** Really decode every answer; else check teacher-forced, and decode only the lost ones (at most `maxLostAnswers`). */
  readonly decoded: boolean;
  readonly batchSize: number;
  readonly memory: EvaluationMemory;
  readonly base: readonly (Trace | undefined)[];
  readonly traceLayers: readonly number[];
  readonly onProgress: (done: number, total: number) => void;
}

/** Lost answers decoded at a live evaluation: enough to read, cheap enough not to slow training. */
const MAX_LOST_ANSWERS = 64;
/** Held facts whose hidden states are followed: the mean settles long before, and memory stays small. */
export const MAX_TRACED = 256;

/** Which facts are traced for drift: the first held ones. */
export function tracedFacts(facts: readonly Fact[]): Set<number> {
  return new Set([...facts.keys()].filter((index) => facts[index]?.set === 'held').slice(0, MAX_TRACED));
}

/** Asks the model every fact in the fine-tune's wording. */
export function evaluate(
  model: LanguageModel,
  tokenizer: ModelTokenizer,
  facts: readonly Fact[],
  options: EvaluateOptions,
): Evaluation {
  const trace = { layers: options.traceLayers, facts: tracedFacts(facts) };
  const forced = checkTeacherForced(
    model,
    facts,
    options.batchSize,
    tokenizer.eosTokenId,
    trace,
    options.onProgress,
  );
  const decoded = options.decoded ? decodeFacts(model, tokenizer, facts, options) : undefined;
  const correct = decoded?.map(({ correct }) => correct) ?? forced.correct;

  const memory = remember(facts, correct, options);
  const wasRight = new Set(options.memory.referenceCorrect);
  const lost = facts.map((fact, index) => wasRight.has(fact.id) && correct[index] !== true);
  const answers = decoded?.map(({ text }) => text) ?? lostAnswers(model, tokenizer, facts, lost, options);
  return {
    ...scores(facts, correct, wasRight),
    forgetting: forgettingOf(facts, correct, memory),
    drift: measureDrift(options.base, forced.traces),
    facts: facts.map((fact, index) =>
      toProbeFact(fact, correct[index] === true, lost[index] === true, answers[index] ?? null),
    ),
    memory,
    stringDifferences: decoded?.filter(({ textRight, correct }) => textRight !== correct).length,
    forcedDifferences: decoded?.filter(({ correct }, index) => correct !== forced.correct[index]).length,
  };
}

interface DecodedFact {
  readonly text: string;
  /** Token by token an accepted answer and the end token. */
  readonly correct: boolean;
  /** The text, trimmed, is an accepted answer. */
  readonly textRight: boolean;
}

function decodeFacts(
  model: LanguageModel,
  tokenizer: ModelTokenizer,
  facts: readonly Fact[],
  options: EvaluateOptions,
): DecodedFact[] {
  const ids = decodeAnswers(model, tokenizer, facts, options.batchSize);
  return facts.map((fact, index) => {
    const said = ids[index] ?? [];
    const text = tokenizer.decode(said).trim();
    return {
      text,
      correct: fact.answerIds.some((answer) => answer.join() === said.join()),
      textRight: fact.answers.includes(text),
    };
  });
}

/** Real greedy answers, to the end token. */
export function decodeAnswers(
  model: LanguageModel,
  tokenizer: ModelTokenizer,
  facts: readonly Fact[],
  batchSize: number,
): number[][] {
  const longest = facts.reduce(
    (most, fact) => Math.max(most, ...fact.answerIds.map((answer) => answer.length)),
    1,
  );
  return decodeGreedily(
    model,
    facts.map((fact) => fact.promptIds),
    {
      maxNewTokens: longest,
      // A conversation may end its turns with another token than texts end with.
      stopTokens: new Set([
        tokenizer.eosTokenId,
        ...facts.flatMap(({ answerIds }) => answerIds.flatMap((ids) => ids.at(-1) ?? [])),
      ]),
      batchSize: batchSize * 4,
      padId: tokenizer.eosTokenId,
    },
  );
}

function lostAnswers(
  model: LanguageModel,
  tokenizer: ModelTokenizer,
  facts: readonly Fact[],
  lost: readonly boolean[],
  options: EvaluateOptions,
): (string | undefined)[] {
  const indices = [...facts.keys()].filter((index) => lost[index] === true).slice(0, MAX_LOST_ANSWERS);
  const ids = decodeAnswers(
    model,
    tokenizer,
    indices.map((index) => facts[index] as Fact),
    options.batchSize,
  );
  const answers: (string | undefined)[] = facts.map(() => undefined);
  for (const [position, index] of indices.entries())
    answers[index] = tokenizer.decode(ids[position] ?? []).trim();
  return answers;
}

/** The best held EM so far is the reference; at equal EM the earlier step stays. */
function remember(
  facts: readonly Fact[],
  correct: readonly boolean[],
  options: EvaluateOptions,
): EvaluationMemory {
  const heldCorrect = facts.filter((fact, index) => fact.set === 'held' && correct[index] === true).length;
  const { referenceStep, bestHeldCorrect } = options.memory;
  if (referenceStep !== undefined && heldCorrect <= bestHeldCorrect) return options.memory;
  return {
    referenceStep: options.step,
    bestHeldCorrect: heldCorrect,
    referenceCorrect: facts.filter((_, index) => correct[index] === true).map((fact) => fact.id),
  };
}

function forgettingOf(
  facts: readonly Fact[],
  correct: readonly boolean[],
  memory: EvaluationMemory,
): number | undefined {
  if (memory.bestHeldCorrect === 0) return undefined;
  const now = facts.filter((fact, index) => fact.set === 'held' && correct[index] === true).length;
  return (memory.bestHeldCorrect - now) / memory.bestHeldCorrect;
}

function scores(
  facts: readonly Fact[],
  correct: readonly boolean[],
  wasRight: ReadonlySet<string>,
): Pick<Evaluation, 'held' | 'known' | 'new' | 'probes'> {
  const scoreOf = (include: (fact: Fact) => boolean): Score | null => {
    const score = { correct: 0, total: 0, lost: 0, gained: 0 };
    for (const [index, fact] of facts.entries()) {
      if (!include(fact)) continue;
      const right = correct[index] === true;
      score.total++;
      if (right) score.correct++;
      if (wasRight.has(fact.id) && !right) score.lost++;
      if (!wasRight.has(fact.id) && right) score.gained++;
    }
    return score.total === 0 ? null : score;
  };
  const names = [...new Set(facts.filter((fact) => fact.set === 'held').map((fact) => fact.source))];
  const probes = names.map(
    (name) => [name, scoreOf((fact) => fact.set === 'held' && fact.source === name)] as const,
  );
  return {
    held: scoreOf((fact) => fact.set === 'held'),
    known: scoreOf((fact) => fact.set === 'known'),
    new: scoreOf((fact) => fact.set === 'new'),
    probes: Object.fromEntries(probes.filter((entry): entry is [string, Score] => entry[1] !== null)),
  };
}

function toProbeFact(fact: Fact, correct: boolean, lost: boolean, answer: string | null): ProbeFact {
  const { id, set, source, question, answers } = fact;
  // It was right at the reference step, so it said an accepted answer: the first, unless several are accepted.
  return {
    id,
    set,
    source,
    question,
    answers: [...answers],
    correct,
    lost,
    answer,
    before: lost ? (answers[0] ?? null) : null,
  };
}
