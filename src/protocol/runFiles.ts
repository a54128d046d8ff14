import * as z from 'zod';
import { deferred } from './deferred.ts';
import { RunConfigSchema } from './runConfig.ts';

/** Who runs: enough to tell this process from a later one with the same pid. */
export const ProcessIdentitySchema = deferred(() =>
  z.looseObject({
    pid: z.number().int().positive(),
    /** Opaque: equal strings mean the same process start. */
    process_start: z.string().max(200),
    hostname: z.string().max(300),
    boot_id: z.string().max(200),
  }),
);
export type ProcessIdentity = z.infer<typeof ProcessIdentitySchema>;

/**
 * What an engine is to do in its folder. `train` is a run; the others are short errands of the command line and the editor,
 * in folders of the same kind (.holdfast/jobs), because an engine is given a folder and nothing else.
 */
export const JobSchema = deferred(() =>
  z.discriminatedUnion('kind', [
    z.looseObject({ kind: z.literal('train') }),
    /** Asks the model every row of train_file and writes probes/knowledge.json. */
    z.looseObject({ kind: z.literal('probe') }),
    /** Answers questions, which come as commands, until it is stopped or left alone. */
    z.looseObject({
      kind: z.literal('ask'),
      /** Folder of a second model, which answers first. */
      before: z.string().max(4_096).optional(),
      max_new_tokens: z.number().int().min(1).max(4_096),
      /** Who asks: when that process is gone, nobody reads the answers. */
      asker: ProcessIdentitySchema,
    }),
  ]),
);
export type Job = z.infer<typeof JobSchema>;

/** run.json: what was asked. Written once, by the host, by rename, before any engine starts. */
export const RunFileSchema = deferred(() =>
  z.looseObject({
    protocol: z.string(),
    /** The folder's own name. */
    id: z.string().max(200),
    created: z.iso.datetime(),
    /** Absent: train. */
    job: JobSchema.optional(),
    /** Of a job only what it needs is looked at. */
    config: RunConfigSchema,
    /** Where every value of `config` came from, by dotted key: default, file, flag. */
    origins: z.record(z.string(), z.enum(['default', 'file', 'flag'])),
    config_file: z.string().nullable(),
    /** Fingerprints of the data files as they were when the run was asked for. */
    data: z.array(z.looseObject({ path: z.string(), sha256: z.string(), bytes: z.number().int().min(0) })),
    /**
     * Tells the model's files of that moment from any later ones, without reading them (fingerprintModel.ts). Absent: the engine was to
     * download the model, or the run is older than this.
     */
    model_stamp: z.string().max(100).optional(),
    versions: z.record(z.string(), z.string()),
  }),
);
export type RunFile = z.infer<typeof RunFileSchema>;

/** notes.json: what a person says of a run; by any host, by rename. */
export const NotesFileSchema = deferred(() =>
  z.looseObject({
    /** Shown instead of the config's name. */
    label: z.string().max(200).optional(),
    /** Stands first in lists. */
    pinned: z.boolean().optional(),
  }),
);
export type NotesFile = z.infer<typeof NotesFileSchema>;

/** process.json: written by the engine when it has the lock. */
export const ProcessFileSchema = deferred(() =>
  ProcessIdentitySchema.extend({
    protocol: z.string(),
    token: z.string().max(200),
    engine: z.string().max(100),
    engine_version: z.string().max(100),
    attempt: z.number().int().min(1),
  }),
);
export type ProcessFile = z.infer<typeof ProcessFileSchema>;

/** engine.lock and the device locks: who holds it, and for what. */
export const LockFileSchema = deferred(() =>
  ProcessIdentitySchema.extend({
    /** Random, so that a holder recognises its own lock. */
    token: z.string().max(200),
    /** The run folder the holder works on. */
    folder: z.string().max(4_096),
  }),
);
export type LockFile = z.infer<typeof LockFileSchema>;

/** probes/*.json: the per-fact results of one evaluation. */
export const ProbeFileSchema = deferred(() =>
  z.looseObject({
    step: z.number().int().min(0),
    decoded: z.boolean(),
    facts: z.array(
      z.looseObject({
        id: z.string(),
        set: z.enum(['held', 'known', 'new']),
        /** Name of the probe set, or `train`. */
        source: z.string(),
        question: z.string(),
        answers: z.array(z.string()),
        correct: z.boolean(),
        /** Right at the reference step, wrong now. */
        lost: z.boolean(),
        /** What the model says now; null where it was not decoded. */
        answer: z.string().nullable(),
        /** What it said at the reference step; null where it was not lost. */
        before: z.string().nullable(),
      }),
    ),
  }),
);
export type ProbeFile = z.infer<typeof ProbeFileSchema>;
export type ProbeFact = ProbeFile['facts'][number];

/** Version of what "known" means and of how it is found out (DESIGN 6): results of another version do not compare. */
export const KNOWLEDGE_DEFINITION = 1;

const KnowledgeByRowSchema = deferred(() => z.record(z.string(), z.enum(['known', 'maybe', 'new'])));

/** probes/knowledge.json of a run: what its base model knows, by row id. */
export const RunKnowledgeSchema = deferred(() =>
  z.looseObject({
    /** Absent: by a Holdfast that asked training rows otherwise than a probe does. */
    definition: z.number().int().optional(),
    train: KnowledgeByRowSchema,
    /** By the name of the probe set. */
    held: z.record(z.string(), KnowledgeByRowSchema),
  }),
);
export type RunKnowledge = z.infer<typeof RunKnowledgeSchema>;

/** probes/knowledge.json of a `probe` job: what the model knows of every row that asks something. */
export const ProbedFileSchema = deferred(() =>
  z.looseObject({
    definition: z.number().int(),
    /** Wordings with {question}; null: few-shot prompts. */
    prompts: z.array(z.string()).nullable(),
    rows: z.array(
      z.looseObject({
        id: z.string(),
        question: z.string(),
        answers: z.array(z.string()),
        knowledge: z.enum(['known', 'maybe', 'new']),
        /** What the model said, prompt by prompt. */
        said: z.array(z.string()),
      }),
    ),
  }),
);
export type ProbedFile = z.infer<typeof ProbedFileSchema>;
export type ProbedRow = ProbedFile['rows'][number];
