import { decodeEventLine } from '../../src/protocol/decode.ts';
import type { EventType } from '../../src/protocol/events.ts';
import { createEventReader } from '../../src/runs/foldText.ts';

const FINAL: ReadonlySet<EventType> = new Set(['finished', 'failed', 'stopped']);

/**
 * What an engine promises (README.md beside this file) and this events.jsonl breaks, one sentence each; [] = a good citizen.
 * For the tests of every engine: give it the text of a run that the engine really wrote.
 */
export function brokenPromises(text: string): string[] {
  const { state, brokenLines, firstProblem, pending } = createEventReader().read(text);
  const problems = orderProblems(text);
  if (state.problem !== undefined) problems.push(state.problem);
  if (brokenLines > 0) problems.push(`${brokenLines} lines are no event: ${String(firstProblem)}`);
  if (state.ignoredEvents > 0) problems.push(`${state.ignoredEvents} events contradict earlier ones`);
  if (pending > 0) problems.push('the last line has no newline');
  return problems;
}

function orderProblems(text: string): string[] {
  const decoded = text.split('\n').map(decodeEventLine);
  const events = decoded.flatMap((line) => (line.kind === 'event' ? [line.event] : []));
  return events.flatMap((event, index) => {
    const before = events[index - 1];
    const isFirst = before === undefined || FINAL.has(before.type);
    if (isFirst && event.type !== 'hello') return [`seq ${event.seq}: an attempt begins with ${event.type}`];
    // A type that is unknown here takes a seq too, so gaps only count where every type is known.
    const isKnown = decoded.every((line) => line.kind !== 'unknown');
    return isKnown && event.seq !== index ? [`seq ${event.seq} where ${index} was due`] : [];
  });
}
