import { basename } from 'node:path';
import type { Ask, FactKind } from '../config/facts.ts';
import type { Question } from './question.ts';

/** How questions of a kind are dealt with, whatever the answer. */
export interface Habits<Kind extends FactKind> {
  /** Absolute paths that a question names: who may not open them all is told nothing. */
  readonly paths: (ask: Ask<Kind>) => readonly string[];
  /** How many questions are remembered with their answers; the ones not asked for longest go. */
  readonly most: number;
  /** Whether the answer may take seconds, so that only a few are looked for at a time. */
  readonly isHeavy: boolean;
  /** What is being done, for whoever watches: `reading rows.jsonl`. */
  readonly doing: (ask: Ask<Kind>) => string;
  /**
   * Questions that replace each other while somebody types: of those with the same subject, the newest is looked for first and an
   * older one under way is given up.
   */
  readonly subject?: (ask: Ask<Kind>) => string;
}

export const HABITS: { readonly [Kind in FactKind]: Habits<Kind> } = {
  data: {
    paths: ({ path }) => [path],
    most: 100,
    isHeavy: true,
    doing: ({ path }) => `reading ${basename(path)}`,
  },
  tokens: {
    paths: ({ path, model }) => [path, model],
    // An answer may hold four numbers for each of twenty thousand rows.
    most: 32,
    isHeavy: true,
    doing: ({ path }) => `counting tokens of ${basename(path)}`,
    subject: ({ path, model }) => `${path}\0${model}`,
  },
  overlap: {
    paths: ({ path, other }) => [path, other],
    most: 100,
    isHeavy: true,
    doing: ({ path, other }) => `comparing ${basename(path)} with ${basename(other)}`,
  },
  model: {
    paths: ({ folder }) => [folder],
    // The names of a model's tensors may be some megabytes.
    most: 16,
    isHeavy: true,
    doing: ({ folder }) => `looking at ${basename(folder)}`,
  },
  knowledge: {
    paths: ({ model, train_file }) => [model, ...train_file],
    most: 50,
    isHeavy: true,
    doing: ({ model }) => `looking up what ${basename(model)} knows`,
  },
  device: { paths: () => [], most: 1, isHeavy: false, doing: () => 'looking at this machine' },
  engines: { paths: () => [], most: 1, isHeavy: false, doing: () => 'looking for engines' },
  disk: {
    paths: ({ folder }) => [folder],
    most: 20,
    isHeavy: false,
    doing: ({ folder }) => `looking at the disk of ${basename(folder)}`,
  },
  speed: { paths: () => [], most: 50, isHeavy: false, doing: () => 'looking at earlier runs' },
};

/** The same for a question of any kind: kind and ask belong together, which the type of HABITS alone cannot say. */
export function habitsOf({ kind }: Question): Habits<FactKind> {
  return HABITS[kind] as unknown as Habits<FactKind>;
}

/** Absolute paths that a question names. */
export function pathsOf(question: Question): readonly string[] {
  return habitsOf(question).paths(question.ask);
}
