import * as z from 'zod';
import { deferred } from './deferred.ts';
import { wireNumber } from './numbers.ts';

/**
 * What an engine says in events.jsonl: one event per line, append-only, one writer, `seq` = 0, 1, 2 ...
 * Types are derived from these schemas, so wire and type cannot disagree. Unknown fields are kept (`looseObject`), so that a
 * reader of 1.0 re-encodes what a writer of 1.1 said without loss.
 */

const count = z.number().int().min(0);
const envelope = {
  seq: count,
  /** ISO 8601 UTC. */
  time: z.iso.datetime(),
};

/** The phases a `progressed` event may name. */
export const PHASES = [
  'waiting',
  'downloading',
  'loading',
  'tokenizing',
  'probing',
  'snapshotting',
  'caching_teacher',
  'compiling',
  'evaluating',
  'verifying',
  'saving',
] as const;
export type Phase = (typeof PHASES)[number];

/** Exact match over one set of facts; `lost` and `gained` count against the reference step. */
export const ScoreSchema = deferred(() =>
  z
    .looseObject({ correct: count, total: count, lost: count, gained: count })
    .refine((score) => score.correct <= score.total, { message: 'correct is more than total' }),
);
export type Score = z.infer<typeof ScoreSchema>;

export const HelloSchema = deferred(() =>
  z.looseObject({
    ...envelope,
    type: z.literal('hello'),
    protocol: z.string(),
    attempt: z.number().int().min(1),
    engine: z.string(),
    engine_version: z.string(),
    versions: z.record(z.string(), z.string()),
    pid: z.number().int(),
    device: z.looseObject({
      name: z.string(),
      kind: z.enum(['cpu', 'cuda', 'mps', 'webgpu']),
      memory_bytes: count,
    }),
    backend: z.string(),
    dtype: z.string(),
    world_size: count,
  }),
);

export const StartedSchema = deferred(() =>
  z.looseObject({
    ...envelope,
    type: z.literal('started'),
    total_steps: count,
    steps_per_epoch: count,
    snapshot_steps: count,
    num_rows: count,
    num_train_tokens: count,
    effective_batch_size: count,
    gradient_accumulation_steps: count,
    num_parameters: count,
    num_trainable_parameters: count,
    resumed_from_step: count,
  }),
);

export const ProgressedSchema = deferred(() =>
  z.looseObject({
    ...envelope,
    type: z.literal('progressed'),
    phase: z.enum(PHASES),
    done: count,
    total: count,
    /** Of `waiting`: the run folder whose engine holds the device. */
    waiting_for: z.string().optional(),
  }),
);

export const SnapshottedSchema = deferred(() =>
  z.looseObject({
    ...envelope,
    type: z.literal('snapshotted'),
    step: count,
    rows_used: count,
    teacher_hash: z.string(),
    cache_bytes: count,
  }),
);

export const SteppedSchema = deferred(() =>
  z.looseObject({
    ...envelope,
    type: z.literal('stepped'),
    step: count,
    epoch: z.number(),
    phase: z.enum(['snapshot', 'main']),
    /** Nats per counted token. */
    loss: wireNumber,
    ce_loss: wireNumber,
    kd_loss: wireNumber,
    penalties: z.record(z.string(), wireNumber),
    num_ce_tokens: count,
    num_kd_tokens: count,
    learning_rate: wireNumber,
    /** Global L2 norm before clipping. */
    grad_norm: wireNumber,
    num_input_tokens_seen: count,
    tokens_per_second: wireNumber,
    memory_bytes: count,
  }),
);

export const EvaluatedSchema = deferred(() =>
  z.looseObject({
    ...envelope,
    type: z.literal('evaluated'),
    step: count,
    epoch: z.number(),
    /** Why it was measured: start, schedule, command, end. */
    trigger: z.string(),
    /** Whether answers were really decoded (true) or checked teacher-forced (false). */
    decoded: z.boolean(),
    held: ScoreSchema.nullable(),
    known: ScoreSchema.nullable(),
    new: ScoreSchema.nullable(),
    probes: z.record(z.string(), ScoreSchema),
    /** (best held EM so far - held EM now) / best held EM so far; null where it cannot be measured. */
    forgetting: wireNumber.nullable(),
    reference_step: count.nullable(),
    /** Nats per completion token of eval_file; null without one. */
    eval_loss: wireNumber.nullable(),
    drift: z.record(z.string(), wireNumber),
    kl_to_base: wireNumber.nullable(),
    /** Relative to the run folder. */
    probe_file: z.string().nullable(),
    duration: wireNumber,
  }),
);

export const SavedSchema = deferred(() =>
  z.looseObject({
    ...envelope,
    type: z.literal('saved'),
    step: count,
    path: z.string(),
    bytes: count,
    best: z.boolean(),
  }),
);

export const AcknowledgedSchema = deferred(() =>
  z.looseObject({
    ...envelope,
    type: z.literal('acknowledged'),
    command: z.string(),
    accepted: z.boolean(),
    reason: z.string().nullable(),
    /** The command's word; absent when the file was none. */
    name: z.string().optional(),
  }),
);

/** What one model says to a question: greedily, up to the end token, a newline or the longest answer allowed. */
export const AnswerSchema = deferred(() =>
  z.looseObject({
    /** The model's folder. */
    model: z.string(),
    /** Its first line, without blanks around it. */
    text: z.string(),
    /** How many tokens were said, the one that ended the answer included. */
    tokens: count,
    ended: z.enum(['end_token', 'newline', 'max_new_tokens']),
  }),
);
export type Answer = z.infer<typeof AnswerSchema>;

/** Of an `ask` job. */
export const AnsweredSchema = deferred(() =>
  z.looseObject({
    ...envelope,
    type: z.literal('answered'),
    /** Id of the command that asked. */
    command: z.string(),
    /** One per model: the one before, where there is one, then the one now. */
    answers: z.array(AnswerSchema),
  }),
);

export const WarnedSchema = deferred(() =>
  z.looseObject({
    ...envelope,
    type: z.literal('warned'),
    code: z.string(),
    message: z.string(),
  }),
);

const halted = { ...envelope, step: count, reason: z.string() };
export const PausedSchema = deferred(() => z.looseObject({ ...halted, type: z.literal('paused') }));
export const ContinuedSchema = deferred(() => z.looseObject({ ...halted, type: z.literal('continued') }));
export const StoppedSchema = deferred(() => z.looseObject({ ...halted, type: z.literal('stopped') }));

export const FinishedSchema = deferred(() =>
  z.looseObject({
    ...envelope,
    type: z.literal('finished'),
    step: count,
    /** Seconds since this attempt's hello. */
    duration: wireNumber,
    best_step: count.nullable(),
    summary: z.record(z.string(), z.unknown()),
  }),
);

export const FailedSchema = deferred(() =>
  z.looseObject({
    ...envelope,
    type: z.literal('failed'),
    code: z.string(),
    /** One sentence that names the value and the cure. */
    message: z.string(),
    detail: z.string(),
  }),
);

export const EventSchema = deferred(() =>
  z.discriminatedUnion('type', [
    HelloSchema,
    StartedSchema,
    ProgressedSchema,
    SnapshottedSchema,
    SteppedSchema,
    EvaluatedSchema,
    SavedSchema,
    AcknowledgedSchema,
    AnsweredSchema,
    WarnedSchema,
    PausedSchema,
    ContinuedSchema,
    StoppedSchema,
    FinishedSchema,
    FailedSchema,
  ]),
);

export type Event = z.infer<typeof EventSchema>;
export type EventOf<Type extends Event['type']> = Extract<Event, { type: Type }>;
export type EventType = Event['type'];

/** The fields an event type fixes, without those the writer adds; written out because Omit forgets them on open objects. */
type Body<Said> = {
  [Key in keyof Said as string extends Key ? never : Key extends 'seq' | 'time' ? never : Key]: Said[Key];
};

/** An event as the engine composes it; the writer adds `seq` and `time`. More fields may be added. */
export type EventBody = {
  [Type in EventType]: Body<EventOf<Type>> & Readonly<Record<string, unknown>>;
}[EventType];
export type EventBodyOf<Type extends EventType> = Extract<EventBody, { type: Type }>;

export type HelloEvent = EventOf<'hello'>;
export type StartedEvent = EventOf<'started'>;
export type SteppedEvent = EventOf<'stepped'>;
export type EvaluatedEvent = EventOf<'evaluated'>;
export type FinishedEvent = EventOf<'finished'>;
export type FailedEvent = EventOf<'failed'>;

/** Written out, and held against the schemas by the types and by a test, so that asking for one builds none of them. */
const KNOWN_TYPES: Readonly<Record<EventType, true>> = {
  hello: true,
  started: true,
  progressed: true,
  snapshotted: true,
  stepped: true,
  evaluated: true,
  saved: true,
  acknowledged: true,
  answered: true,
  warned: true,
  paused: true,
  continued: true,
  stopped: true,
  finished: true,
  failed: true,
};
export const EVENT_TYPES: ReadonlySet<string> = new Set(Object.keys(KNOWN_TYPES));
