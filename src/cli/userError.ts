/** Exit codes of every command (DESIGN 9). */
export const EXIT = { done: 0, failed: 1, wrongRequest: 2, stoppedByLimit: 3 } as const;

/** Something the user asked for that cannot be: one sentence, no trace. */
export class UserError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.wrongRequest) {
    super(message);
    this.name = 'UserError';
    this.exitCode = exitCode;
  }
}
