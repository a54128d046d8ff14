/** Exit codes of every command (DESIGN 9). */
export const EXIT = { done: 0, failed: 1, wrongRequest: 2, stoppedByLimit: 3 } as const;

/** Something the user asked for that cannot be: one sentence, no trace, exit code 2. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
