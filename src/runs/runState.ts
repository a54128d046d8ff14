import type { EventOf, EvaluatedEvent, HelloEvent, Phase, StartedEvent } from '../protocol/events.ts';
import { emptySeries, type Series } from './series.ts';
import { stepPacker } from './packedSteps.ts';
import type { StepPoint } from './stepPoint.ts';

/** What the events alone tell; whether the process still lives is another question (liveStatus.ts). */
export type EventStatus =
  'starting' | 'waiting' | 'running' | 'paused' | 'stopping' | 'stopped' | 'finished' | 'failed';

/** A phase that is going on; `total` 0 means its length is not known. */
export interface Progress {
  readonly phase: Phase;
  readonly done: number;
  readonly total: number;
  /** Folder of the run that is waited for; absent unless the phase is waiting. */
  readonly waitingFor?: string;
}

/** The event that ends an attempt. */
export type FinalEvent = EventOf<'finished' | 'failed' | 'stopped'>;

/** Everything Holdfast knows of a run: the fold of its events. Immutable; older states stay valid. */
export interface RunState {
  /** 0 before the first hello. */
  readonly attempt: number;
  readonly hello: HelloEvent | undefined;
  /** Of the newest attempt that got so far. */
  readonly started: StartedEvent | undefined;
  readonly status: EventStatus;
  /** Undefined while no phase reports progress. */
  readonly progress: Progress | undefined;
  /** Optimizer steps done, snapshot phase included; 0 before the first. */
  readonly step: number;
  /** Undefined until `started`. */
  readonly totalSteps: number | undefined;
  /** Strictly rising in `step`; gaps are steps that were not logged. */
  readonly steps: Series<StepPoint>;
  /** Rising in `step`; one step may be evaluated twice, teacher-forced and decoded. */
  readonly evaluations: Series<EvaluatedEvent>;
  /** Every checkpoint that was written, also those the engine has deleted since. */
  readonly checkpoints: Series<EventOf<'saved'>>;
  readonly snapshot: EventOf<'snapshotted'> | undefined;
  readonly warnings: Series<EventOf<'warned'>>;
  readonly acknowledgements: Series<EventOf<'acknowledged'>>;
  /** Of an `ask` job. */
  readonly answers: Series<EventOf<'answered'>>;
  /** How this attempt ended; undefined while it has not said so. */
  readonly final: FinalEvent | undefined;
  /** Steps of the checkpoints that were the best when they were written; a resume falls back on an earlier one. */
  readonly bestSteps: Series<number>;
  /** Step of the best checkpoint so far; undefined while none qualifies. */
  readonly bestStep: number | undefined;
  /** -1 before the first event. */
  readonly lastSeq: number;
  /** When the newest event was written, ISO 8601 UTC. */
  readonly lastTime: string | undefined;
  /** Events that contradicted earlier ones (order of `seq`, attempts or steps) and changed nothing. */
  readonly ignoredEvents: number;
  /** One sentence if the run speaks a protocol this code does not; nothing is folded after it. */
  readonly problem: string | undefined;
}

/** A run of which nothing has been heard. */
export function initialState(): RunState {
  return {
    attempt: 0,
    hello: undefined,
    started: undefined,
    status: 'starting',
    progress: undefined,
    step: 0,
    totalSteps: undefined,
    steps: emptySeries(stepPacker),
    evaluations: emptySeries(),
    checkpoints: emptySeries(),
    snapshot: undefined,
    warnings: emptySeries(),
    acknowledgements: emptySeries(),
    answers: emptySeries(),
    final: undefined,
    bestSteps: emptySeries(),
    bestStep: undefined,
    lastSeq: -1,
    lastTime: undefined,
    ignoredEvents: 0,
    problem: undefined,
  };
}
