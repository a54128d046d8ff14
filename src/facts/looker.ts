import { isDeepStrictEqual } from 'node:util';
import type { Finder, Finding } from './finder.ts';
import { habitsOf } from './habits.ts';
import type { Memory, Remembered } from './memory.ts';
import type { FactsEnvironment, FactsRequest } from './question.ts';
import { createTurns } from './turns.ts';

/** What came of looking: another answer than before, the same, or nothing because another question was more urgent. */
export type Look = 'learned' | 'same' | 'given up';

export interface LookerParts {
  readonly finder: Finder;
  readonly memory: Memory;
  readonly environment: () => FactsEnvironment;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly onProgress: (what: string, done: number, total: number) => void;
}

/** An answer is good for so long before anybody looks whether it still is. */
const FRESH_MS = 1_000;
/** What changes all the time is not read all the time: it rests this many times as long as the last search took. */
const REST = 2;
/** Searches that may take seconds. A second one, so that a small file need not wait for a large one. */
const HEAVY_SEARCHES = 2;

/** Finds out what a question's answer is by now, and puts it into memory. Never rejects. */
export function createLooker(parts: LookerParts): (entry: Remembered) => Promise<Look> {
  const { finder, memory, environment, now, onProgress } = parts;
  const turns = createTurns(HEAVY_SEARCHES);
  const search = (
    entry: Remembered,
    request: FactsRequest,
    { signal }: AbortController,
  ): Promise<Finding> => {
    const { isHeavy, doing } = habitsOf(entry.question);
    const work = async (): Promise<Finding> => {
      signal.throwIfAborted();
      const tell = (done: number, total: number): void => onProgress(doing(entry.question.ask), done, total);
      return finder.find(request, { signal, onProgress: tell });
    };
    return isHeavy ? turns.take(work) : work();
  };
  return async (entry) => {
    const request = { question: entry.question, environment: environment() };
    const identity = await finder.identify(request).catch(() => undefined);
    entry.freshUntil = now() + FRESH_MS;
    if (entry.isLookedFor && identity === entry.identity) return 'same';
    const began = now();
    const controller = new AbortController();
    entry.search = controller;
    giveUpRivals(entry, memory);
    const nothing: Finding = { answer: undefined, identity };
    // What cannot be found out is not looked for again before something changes.
    const found =
      identity === undefined ? nothing : await search(entry, request, controller).catch(() => nothing);
    entry.search = undefined;
    entry.freshUntil = controller.signal.aborted ? -Infinity : now() + FRESH_MS;
    if (controller.signal.aborted) return 'given up';
    entry.restsUntil = now() + REST * (now() - began);
    return learn(entry, found);
  };
}

function learn(entry: Remembered, { answer, identity }: Finding): Look {
  entry.isLookedFor = true;
  entry.identity = identity;
  if (isDeepStrictEqual(answer, entry.answer)) return 'same';
  entry.answer = answer;
  return 'learned';
}

/** While somebody types, every key press asks something else about the same file: the newest question counts. */
function giveUpRivals(entry: Remembered, memory: Memory): void {
  const subject = subjectOf(entry);
  if (subject === undefined) return;
  for (const other of memory.all())
    if (other !== entry && other.search !== undefined && subjectOf(other) === subject) other.search.abort();
}

function subjectOf({ question }: Remembered): string | undefined {
  const subject = habitsOf(question).subject?.(question.ask);
  return subject === undefined ? undefined : `${question.kind}\0${subject}`;
}
