import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeEventLine, encodeEventLine } from '../../src/protocol/decode.ts';
import { EVENT_TYPES, PHASES } from '../../src/protocol/events.ts';
import { createEventReader, type Reading } from '../../src/runs/foldText.ts';
import { forgettingCurve } from '../../src/runs/forgetting.ts';
import { toArray } from '../../src/runs/series.ts';
import { brokenPromises } from './promises.ts';

// The contract of the run folder, see README.md beside this file.

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const transcripts = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.jsonl'));
const completeLines = (text: string): string[] => text.split('\n').slice(0, -1);
const typesIn = (name: string): string[] =>
  completeLines(read(name)).map((line) => (JSON.parse(line) as { type: string }).type);

/** A reading as *.state.json has it: what every reader must agree on. */
function summarise({ state, unknownEvents, brokenLines, pending }: Reading): unknown {
  return {
    attempt: state.attempt,
    status: state.status,
    step: state.step,
    total_steps: state.totalSteps ?? null,
    progress: state.progress ?? null,
    steps: toArray(state.steps).map((point) => point.step),
    losses: toArray(state.steps).map((point) =>
      Number.isFinite(point.loss) ? point.loss : String(point.loss),
    ),
    evaluated_steps: toArray(state.evaluations).map((event) => event.step),
    checkpoints: toArray(state.checkpoints).map((event) => event.path),
    snapshot_step: state.snapshot?.step ?? null,
    warnings: toArray(state.warnings).map((event) => event.code),
    acknowledged: toArray(state.acknowledgements).map((event) => [event.name, event.accepted]),
    // Left out where nothing was asked: only `ask` jobs answer.
    ...(state.answers.length === 0
      ? {}
      : { answered: toArray(state.answers).map((event) => event.answers.map(({ text }) => text)) }),
    final: state.final?.type ?? null,
    best_step: state.bestStep ?? null,
    last_seq: state.lastSeq,
    ignored_events: state.ignoredEvents,
    unknown_events: unknownEvents,
    broken_lines: brokenLines,
    pending_characters: pending,
    problem: state.problem ?? null,
  };
}

describe.each(transcripts)('%s', (name) => {
  const text = read(name);

  it('keeps the value of every line through decode and encode', () => {
    for (const line of completeLines(text)) {
      const decoded = decodeEventLine(line);
      if (decoded.kind !== 'event') continue;
      expect(JSON.parse(encodeEventLine(decoded.event))).toEqual(JSON.parse(line));
    }
  });

  it('folds to the stored state', () => {
    const expected: unknown = JSON.parse(read(name.replace('.jsonl', '.state.json')));
    expect(summarise(createEventReader().read(text))).toEqual(expected);
  });

  it('says the forgetting that its scores define', () => {
    const evaluations = toArray(createEventReader().read(text).state.evaluations);
    const defined = forgettingCurve(evaluations);
    for (const [index, event] of evaluations.entries()) {
      expect(defined[index]?.relative ?? null, `step ${event.step}`).toEqual(
        event.forgetting === null ? null : expect.closeTo(event.forgetting, 9),
      );
      expect(defined[index]?.referenceStep ?? null).toBe(event.reference_step);
    }
  });
});

describe('the transcripts', () => {
  it('show every event type of a run and every phase in the full run, and the others in the conversation', () => {
    const shown = [...typesIn('full-run.jsonl'), ...typesIn('conversation.jsonl')];
    expect(new Set(shown)).toEqual(EVENT_TYPES);
    for (const phase of PHASES) expect(read('full-run.jsonl')).toContain(`"phase":"${phase}"`);
  });

  it.each([
    'full-run.jsonl',
    'resumed.jsonl',
    'conversation.jsonl',
    'non-finite.jsonl',
    'future.jsonl',
    'minimal-failure.jsonl',
  ])('%s keeps every promise', (name) => expect(brokenPromises(read(name))).toEqual([]));

  it.each([
    ['torn.jsonl', ['the last line has no newline']],
    ['future-major.jsonl', [expect.stringContaining('protocol 2.0'), '2 events contradict earlier ones']],
    ['disorder.jsonl', expect.arrayContaining(['7 events contradict earlier ones', 'seq 2 where 4 was due'])],
  ])('%s breaks promises', (name, problems) => expect(brokenPromises(read(name))).toEqual(problems));
});

describe('broken-lines.txt', () => {
  const rows = completeLines(read('broken-lines.txt')).map((row) => row.split('\t') as [string, string]);

  it.each(rows)('is rejected because it %s: %s', (problem, line) => {
    const decoded = decodeEventLine(line);
    expect(decoded.kind).toBe('broken');
    expect(decoded).toHaveProperty('problem', expect.stringContaining(problem));
  });
});
