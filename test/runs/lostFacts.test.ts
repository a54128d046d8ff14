import { describe, expect, it } from 'vitest';
import type { LostFact } from '../../src/protocol/panelMessages.ts';
import type { ProbeFact } from '../../src/protocol/runFiles.ts';
import { nextLostFacts, type LostFacts } from '../../src/runs/lostFacts.ts';

const lostFact = (id: string, over: Partial<ProbeFact> = {}): ProbeFact => ({
  id,
  set: 'held',
  source: 'general',
  question: `${id}?`,
  answers: ['Paris', 'paris'],
  correct: false,
  lost: true,
  answer: 'Rome',
  before: 'Paris',
  ...over,
});
const keptFact = (id: string): ProbeFact =>
  lostFact(id, { correct: true, lost: false, answer: 'Paris', before: null });

/** What is lost after evaluations at steps 10, 20, 30 ... of these facts. */
const after = (...evaluations: ProbeFact[][]): LostFacts =>
  evaluations.reduce<LostFacts | undefined>(
    (before, facts, index) => nextLostFacts(before, { step: 10 * (index + 1), decoded: true, facts }),
    undefined,
  )!;

const factA = ({ byId }: LostFacts): LostFact | undefined => [...byId.values()].find(({ id }) => id === 'a');

describe('the facts lost at an evaluation', () => {
  it('are the held ones that were right and are wrong, in the order of the file', () => {
    const neverKnown = lostFact('never', { lost: false, before: null });
    const others = [lostFact('known', { set: 'known' }), lostFact('new', { set: 'new' })];
    const { step, byId } = after([lostFact('b'), keptFact('kept'), neverKnown, ...others, lostFact('a')]);
    expect(step).toBe(10);
    expect([...byId.values()]).toEqual([
      { id: 'b', question: 'b?', before: 'Paris', now: 'Rome', since: 10, source: 'general' },
      { id: 'a', question: 'a?', before: 'Paris', now: 'Rome', since: 10, source: 'general' },
    ]);
  });

  it('keep the step since which they are', () => {
    const { byId } = after([lostFact('a')], [lostFact('a'), lostFact('b')], [lostFact('a'), lostFact('b')]);
    expect([...byId.values()].map(({ id, since }) => [id, since])).toEqual([
      ['a', 10],
      ['b', 20],
    ]);
  });

  it('begin anew after they came back', () => {
    expect(after([lostFact('a')], [keptFact('a')]).byId.size).toBe(0);
    expect(factA(after([lostFact('a')], [keptFact('a')], [lostFact('a')]))?.since).toBe(30);
    // An evaluation that did not ask for it does not know it as lost either.
    expect(factA(after([lostFact('a')], [], [lostFact('a')]))?.since).toBe(30);
  });

  it('keep the last answer where nobody asked again, and take a newer one', () => {
    const unasked = lostFact('a', { answer: null });
    expect(factA(after([unasked]))?.now).toBeUndefined();
    expect(factA(after([lostFact('a')], [unasked]))?.now).toBe('Rome');
    expect(factA(after([lostFact('a')], [lostFact('a', { answer: 'Bern' })]))?.now).toBe('Bern');
    // Before it came back it was lost in another way.
    expect(factA(after([lostFact('a')], [keptFact('a')], [unasked]))?.now).toBeUndefined();
  });

  it('were answered with the expected answer where the engine did not write down which', () => {
    expect(factA(after([lostFact('a', { before: null })]))?.before).toBe('Paris');
    expect(factA(after([lostFact('a', { before: null, answers: [] })]))?.before).toBe('');
  });

  // Regression: ids are `file:line`, unique in a file only. One file under two wordings (or two files of one name) makes two sets with
  // the same ids, of which the later one hides the earlier one, in the list and in its total.
  it('are told apart where two probe sets name them alike', () => {
    const { byId } = after([lostFact('held.jsonl:1'), lostFact('held.jsonl:1', { source: 'other wording' })]);
    expect([...byId.values()].map(({ source }) => source)).toEqual(['general', 'other wording']);
  });
});
