import * as z from 'zod';
import type { EvaluatedEvent } from '../../protocol/events.ts';
import type { ProbeFact } from '../../protocol/runFiles.ts';
import { majorityShare } from '../../data/knowledge.ts';
import { forgettingCurve } from '../../runs/forgetting.ts';
import type { RunState } from '../../runs/runState.ts';
import { lastItem, toArray } from '../../runs/series.ts';
import { wilsonInterval } from '../../base/wilson.ts';
import { printable } from '../terminal.ts';
import { bytes, clip, duration, grouped, percent, share } from '../../base/format.ts';
import { table } from './table.ts';

const SETS = [
  ['held', 'facts it knew, never trained on'],
  ['known', 'trained rows it knew'],
  ['new', 'trained rows it did not know'],
] as const;

/** The table at the end of a run: what it can answer now, with n and 95 % intervals, and what that cost. */
export function summaryText(state: RunState, facts: readonly ProbeFact[]): string {
  const evaluations = toArray(state.evaluations);
  const last = evaluations.at(-1);
  const sections = [
    knowledgeText(state),
    last === undefined ? undefined : scoreTable(last, facts),
    forgettingText(state),
    costText(state),
  ];
  return sections.filter((section) => section !== undefined).join('\n\n');
}

function scoreTable(last: EvaluatedEvent, facts: readonly ProbeFact[]): string | undefined {
  const rows = SETS.flatMap(([name, meaning]) => {
    const score = last[name];
    if (score === null) return [];
    const interval = wilsonInterval(score.correct, score.total);
    const range = interval === undefined ? '-' : `${share(interval.low)} - ${share(interval.high)}`;
    return [
      [
        `${name}  ${meaning}`,
        `${score.correct}/${score.total}`,
        share(score.correct / score.total),
        range,
        share(majorityOf(facts, name)),
      ],
    ];
  });
  return rows.length === 0
    ? undefined
    : table(['exact match', 'right', 'share', '95 % interval', 'majority'], rows);
}

/** What saying the commonest answer would score: without it a share means little. */
function majorityOf(facts: readonly ProbeFact[], set: string): number | undefined {
  const asked = facts.filter((fact) => fact.set === set);
  return majorityShare(
    asked.map((fact) => ({ kind: 'question', id: fact.id, question: fact.question, answers: fact.answers })),
  )?.share;
}

const KnowledgeSchema = z.object({ known: z.number(), maybe: z.number(), new: z.number() });

/** What the base knew of the training rows: new facts are what does the harm. */
function knowledgeText(state: RunState): string | undefined {
  const parsed = KnowledgeSchema.safeParse(state.started?.train_knowledge);
  if (!parsed.success) return undefined;
  const { known, maybe, new: unknown } = parsed.data;
  const all = known + maybe + unknown;
  return all === 0
    ? undefined
    : `the base model knew ${known} of the ${all} training rows; ${unknown} are new to it`;
}

function forgettingText(state: RunState): string | undefined {
  const forgetting = forgettingCurve(toArray(state.evaluations)).at(-1);
  if (forgetting === undefined) return undefined;
  const { relative, points, referenceStep, lost, gained } = forgetting;
  const reference = `its best, step ${referenceStep}`;
  return `forgetting ${percent(relative)} of what was held at ${reference} (${(100 * points).toFixed(1)} points; ${lost} facts lost, ${gained} gained)`;
}

function costText(state: RunState): string {
  const last = lastItem(state.steps);
  const parts = [
    `${state.step} steps`,
    ...(state.final?.type === 'finished' ? [`took ${duration(state.final.duration)}`] : []),
    `${grouped(state.started?.num_trainable_parameters)} of ${grouped(state.started?.num_parameters)} parameters trained`,
    ...(last === undefined
      ? []
      : [`${grouped(last.tokens_per_second)} tokens/s`, `${bytes(last.memory_bytes)} memory`]),
  ];
  return parts.join(', ');
}

const SHOWN = 8;

/** Facts that were right and are wrong now, with both answers; undefined if there are none. */
export function lostFactsText(facts: readonly ProbeFact[], columns: number): string | undefined {
  const lost = facts.filter((fact) => fact.lost && fact.set === 'held');
  if (lost.length === 0) return undefined;
  const answerWidth = Math.max(22, Math.floor((columns - 52) / 2));
  const width = Math.max(20, columns - 6 - 2 * answerWidth);
  const rows = lost
    .slice(0, SHOWN)
    .map(({ question, before, answer }) => [
      clip(printable(question), width),
      clip(printable(before ?? '-'), answerWidth),
      clip(printable(answer ?? '-'), answerWidth),
    ]);
  const more = lost.length > SHOWN ? `\n... and ${lost.length - SHOWN} more in the probe file` : '';
  return `${table([`facts lost (${lost.length})`, 'before', 'now'], rows, 'left')}${more}`;
}
