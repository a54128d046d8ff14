import { startBare } from './bareProgram.ts';

/** How a short program ended. */
export interface LimitedRun {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; or why there is none, as what follows its name: "did not answer within 60 s". */
  readonly end: number | string;
}

export interface Limits {
  readonly seconds: number;
  readonly env?: Readonly<NodeJS.ProcessEnv>;
}

const MAX_OUTPUT = 1_000_000;

/** Runs a program that may be anything: it gets so much time and no more, and what it started ends with it. Never rejects. */
export async function limitedRun(
  command: string,
  args: readonly string[],
  { seconds, env }: Limits,
): Promise<LimitedRun> {
  const program = startBare(command, args, env);
  let [stdout, stderr] = ['', ''];
  program.stdout.on('data', (chunk: Buffer) => (stdout = (stdout + chunk.toString()).slice(-MAX_OUTPUT)));
  program.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-MAX_OUTPUT)));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => {
      program.kill();
      resolve(`did not answer within ${seconds} s`);
    }, seconds * 1_000);
  });
  const end = await Promise.race([program.end, late]);
  clearTimeout(timer);
  program.stdout.destroy();
  program.stderr.destroy();
  return { stdout, stderr, end };
}
