import * as z from 'zod';
import { deferred } from './deferred.ts';

/** What a host may ask of a living engine, as commands/<uuid>.json. `continue` steers a process, resume starts a new one. */
export const COMMANDS = ['stop', 'pause', 'continue', 'save', 'evaluate'] as const;

export const CommandSchema = deferred(() =>
  z.looseObject({
    protocol: z.string(),
    command: z.enum(COMMANDS),
    /** ISO 8601 UTC. */
    time: z.iso.datetime(),
    /** Why, in the asker's words: it is repeated in `stopped` and `paused`. */
    reason: z.string().max(1_000).optional(),
  }),
);

export type Command = z.infer<typeof CommandSchema>;
export type CommandName = Command['command'];

/** Longest question an engine takes, in characters. */
export const MAX_QUESTION_LENGTH = 10_000;

/** A question to an `ask` job, which answers it with `acknowledged` and `answered`; an engine that trains refuses it. */
export const QuestionSchema = deferred(() =>
  z.looseObject({
    protocol: z.string(),
    command: z.literal('ask'),
    /** ISO 8601 UTC. */
    time: z.iso.datetime(),
    text: z.string().min(1).max(MAX_QUESTION_LENGTH),
    /** The text as it is, instead of in the words of prompt_template. */
    raw: z.boolean().default(false),
  }),
);

export type Question = z.infer<typeof QuestionSchema>;

/** Everything that may be said to an `ask` job. */
export const ConversationSchema = deferred(() =>
  z.discriminatedUnion('command', [CommandSchema, QuestionSchema]),
);

export type ConversationCommand = z.infer<typeof ConversationSchema>;
