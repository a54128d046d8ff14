/**
 * A failure the user can do something about: `code` is stable and dotted, the message is one sentence that names the value and
 * the cure. Everything else that is thrown is a bug and is reported with its trace.
 */
export class Failure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Failure';
    this.code = code;
  }
}
