import { z } from 'zod';

/** What a host may ask of a living engine, as commands/<uuid>.json. `continue` steers a process, resume starts a new one. */
export const COMMANDS = ['stop', 'pause', 'continue', 'save', 'evaluate'] as const;

export const CommandSchema = z.looseObject({
  protocol: z.string(),
  command: z.enum(COMMANDS),
  /** ISO 8601 UTC. */
  time: z.iso.datetime(),
  /** Why, in the asker's words: it is repeated in `stopped` and `paused`. */
  reason: z.string().max(1_000).optional(),
});

export type Command = z.infer<typeof CommandSchema>;
export type CommandName = Command['command'];
