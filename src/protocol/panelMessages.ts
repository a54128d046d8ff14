import * as z from 'zod';
import { deferred } from './deferred.ts';

/**
 * What the live panel and its host say to each other by postMessage. The panel asks first; the host answers whole (`snapshot`),
 * then says what is new. Numbers of steps travel as typed arrays, which are handed over without being copied into text.
 */

/** What a run can be asked for, where its state allows it. */
export const RUN_ACTIONS = [
  'stop',
  'kill',
  'pause',
  'continue',
  'save',
  'evaluate',
  'resume',
  'duplicate',
  'openConfig',
  'openLog',
  'reveal',
  'rename',
  'delete',
] as const;
export type RunAction = (typeof RUN_ACTIONS)[number];

/** Untrusted: a panel's page may be anything by the time it speaks. */
export const FromPanelSchema = deferred(() =>
  z.discriminatedUnion('type', [
    /** The page is up and has nothing. */
    z.strictObject({ type: z.literal('ready') }),
    /** A snapshot is on the screen. */
    z.strictObject({ type: z.literal('drawn') }),
    z.strictObject({ type: z.literal('act'), action: z.enum(RUN_ACTIONS) }),
    z.strictObject({ type: z.literal('revealCheckpoint'), step: z.number().int().min(0) }),
    /** An error in the page, for the log. */
    z.strictObject({ type: z.literal('failed'), message: z.string().max(4_000) }),
  ]),
);
export type FromPanel = z.infer<typeof FromPanelSchema>;

export type ToPanel =
  /**
   * `folder`: what the page remembers, so that it can be restored. Of a long run the first one holds only some of the steps, to be
   * drawn at once; a whole one follows.
   */
  | { readonly type: 'snapshot'; readonly folder: string; readonly run: RunView; readonly series: SeriesPart }
  /** `series` begins where the last message's ended. */
  | { readonly type: 'changed'; readonly run: RunView; readonly series: SeriesPart }
  | { readonly type: 'facts'; readonly facts: LostFactsView }
  /** The run cannot be shown (any more); one sentence with the cure. */
  | { readonly type: 'gone'; readonly folder: string; readonly message: string };

/** A stretch of a run's curves. */
export interface SeriesPart {
  /** One column per name of STEP_COLUMNS, all equally long; `time` in milliseconds since 1970. */
  readonly steps: Readonly<Record<string, Float64Array>>;
  readonly evaluations: readonly EvaluationView[];
  /** All of them, every time: they are few. */
  readonly marks: readonly MarkView[];
}

/** A share of facts with its 95 % interval (Wilson); fractions 0..1. */
export interface ShareView {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly correct: number;
  readonly total: number;
}

export interface EvaluationView {
  readonly step: number;
  readonly epoch: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly decoded: boolean;
  readonly held: ShareView | null;
  readonly known: ShareView | null;
  readonly new: ShareView | null;
  /** Fraction 0..1; null where it means nothing. */
  readonly forgetting: number | null;
  /** Nats per completion token. */
  readonly evalLoss: number | null;
  /** By layer: mean 1 - cosine. */
  readonly drift: Readonly<Record<string, number>>;
  readonly klToBase: number | null;
}

/** Something that happened, to be marked in the curves. */
export interface MarkView {
  readonly kind: 'teacher' | 'checkpoint' | 'best' | 'warned' | 'resumed' | 'stopped' | 'failed' | 'finished';
  /** undefined where only the time is known. */
  readonly step: number | undefined;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly text: string;
}

export interface LostFact {
  readonly id: string;
  readonly question: string;
  /** What it said at the reference step. */
  readonly before: string;
  /** What it says now; undefined where nobody asked. */
  readonly now: string | undefined;
  /** Step of the evaluation from which on it was wrong without interruption. */
  readonly since: number;
  /** Name of the probe set. */
  readonly source: string;
}

export interface LostFactsView {
  /** The evaluation they were taken from; undefined before the first. */
  readonly step: number | undefined;
  readonly facts: readonly LostFact[];
  /** How many there are; more than `facts` where those were cut. */
  readonly total: number;
  /** One sentence where they cannot be told. */
  readonly problem: string | undefined;
}

/** Everything about a run that is no curve, ready to be shown. Texts are plain: never HTML, never Markdown. */
export interface RunView {
  readonly id: string;
  readonly title: string;
  /** Name of the config file; undefined where there is none. */
  readonly config: string | undefined;
  readonly method: string;
  readonly status: string;
  /** A sentence about the status, with the cure where there is one. */
  readonly statusText: string | undefined;
  readonly step: number;
  readonly totalSteps: number | undefined;
  readonly epoch: number | undefined;
  readonly totalEpochs: number | undefined;
  /** Of these steps the warm-up of the teacher. */
  readonly snapshotSteps: number;
  /** What the engine is busy with besides training; `total` 0: its length is not known. */
  readonly activity: { readonly text: string; readonly done: number; readonly total: number } | undefined;
  /** Seconds. */
  readonly eta: number | undefined;
  /** Seconds per optimizer step, lately. */
  readonly secondsPerStep: number | undefined;
  readonly tokensPerSecond: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly loss: number | undefined;
  readonly held: ShareView | null;
  readonly known: ShareView | null;
  readonly new: ShareView | null;
  readonly forgetting: ForgettingView | undefined;
  /** Fraction 0..1 above which forgetting is too much. */
  readonly maxForgetting: number;
  readonly device: string | undefined;
  readonly engine: string | undefined;
  readonly parameters: { readonly trainable: number; readonly total: number } | undefined;
  readonly warnings: readonly { readonly time: number; readonly message: string }[];
  readonly checkpoints: readonly { readonly step: number; readonly bytes: number; readonly best: boolean }[];
  readonly actions: readonly RunAction[];
  /** Lines of its events that cannot be read. */
  readonly damage: string | undefined;
}

export interface ForgettingView {
  /** Fraction 0..1 of the best held share. */
  readonly relative: number;
  readonly lost: number;
  readonly gained: number;
  readonly referenceStep: number;
  /** Whether this evaluation is the best so far: then nothing can be lost. */
  readonly isReference: boolean;
}
