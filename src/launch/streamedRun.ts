import { startBare } from './bareProgram.ts';

export interface StreamOptions {
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** Told every line of stdout and stderr, as it comes. */
  readonly onLine: (line: string) => void;
  /** Ends it, with all that it started. */
  readonly signal?: AbortSignal | undefined;
}

export interface StreamedRun {
  /** Exit code; or why there is none, as what follows its name. */
  readonly end: number | string;
  /** The last lines. */
  readonly tail: string;
}

const TAIL_LENGTH = 20_000;

/** Runs a program that may take as long as it likes. Never rejects; whoever calls it off looks at the signal. */
export async function streamedRun(
  command: string,
  args: readonly string[],
  { env, onLine, signal }: StreamOptions,
): Promise<StreamedRun> {
  const program = startBare(command, args, env);
  let tail = '';
  for (const stream of [program.stdout, program.stderr]) {
    const lines = lineSplitter((line) => {
      tail = `${tail}${line}\n`.slice(-TAIL_LENGTH);
      onLine(line);
    });
    stream.on('data', (chunk: Buffer) => lines(chunk.toString()));
    stream.on('end', () => lines('\n'));
  }
  signal?.addEventListener('abort', program.kill);
  if (signal?.aborted === true) program.kill();
  const end = await program.end;
  signal?.removeEventListener('abort', program.kill);
  return { end, tail };
}

/** Progress bars write their line again and again after a carriage return: each is a line. Empty ones are left out. */
function lineSplitter(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const parts = (rest + text).split(/[\r\n]+/);
    rest = parts.pop() ?? '';
    for (const line of parts) if (line.trim() !== '') onLine(line.trimEnd());
  };
}
