import { Command, CommanderError } from 'commander';
import { messageOf } from '../base/text.ts';
import { attachCommand } from './commands/attach.ts';
import { checkCommand } from './commands/check.ts';
import { compareCommand } from './commands/compare.ts';
import { initCommand } from './commands/init.ts';
import { resumeCommand } from './commands/resume.ts';
import { runCommand, type RunOptions } from './commands/run.ts';
import { runsCommand } from './commands/runs.ts';
import { steerCommand } from './commands/steer.ts';
import { stopCommand } from './commands/stop.ts';
import type { Services } from './services.ts';
import { printable } from './terminal.ts';
import { EXIT, UserError } from './userError.ts';

const STEERING = {
  pause: 'wait after the step in hand',
  continue: 'go on after a pause',
  save: 'save a checkpoint now',
  evaluate: 'measure held, known and new now',
} as const;

/** The whole command line. A new command is its file in commands/ and its lines here. Resolves with the exit code. */
export async function runProgram(args: readonly string[], services: Services): Promise<number> {
  let code: number = EXIT.done;
  const set = (action: number): void => {
    code = action;
  };
  const program = new Command('holdfast')
    .description('Fine-tune language models without losing what they know.')
    .version(services.version)
    .option('--debug', 'show where an error came from (or set HOLDFAST_DEBUG=1)')
    .showHelpAfterError('(holdfast --help lists the commands)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => services.terminal.out(text.trimEnd()),
      writeErr: (text) => services.terminal.err(text.trimEnd()),
    });

  addStarting(program, services, set);
  addLooking(program, services, set);
  addSteering(program, services, set);

  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    const isDebugging = program.opts().debug === true || (process.env.HOLDFAST_DEBUG ?? '') !== '';
    return complain(error, services, isDebugging);
  }
}

/** One sentence; the trace only for those who ask for it. */
function complain(error: unknown, { terminal }: Services, isDebugging: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongRequest;
  for (const line of complaint(error).split('\n')) terminal.err(terminal.style('red', printable(line)));
  if (isDebugging && error instanceof Error) terminal.err(error.stack ?? '');
  return error instanceof UserError ? EXIT.wrongRequest : EXIT.failed;
}

/** What Holdfast throws itself is a sentence already; what the language throws is nobody's but ours. */
function complaint(error: unknown): string {
  const isBug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return isBug
    ? `Holdfast met a bug (${error.message}): run the command again with --debug and report what it prints.`
    : messageOf(error);
}

/** Commands that start something. */
function addStarting(program: Command, services: Services, set: (code: number) => void): void {
  program
    .command('run <file>')
    .description('start a run and follow it; Ctrl-C asks it to stop and save')
    .option('--engine <engine>', 'auto, tfjs or torch')
    .option(
      '--set <key=value>',
      'override a setting; may be given several times',
      (pair: string, pairs: string[]) => [...pairs, pair],
      [],
    )
    .option('--detach', 'only start it')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: RunOptions) => set(await runCommand(file, options, services)));
  program
    .command('resume <id>')
    .description('go on with a stopped, failed or lost run from its last checkpoint')
    .option('--detach', 'only start it')
    .option('--json', 'print the result as JSON')
    .action(async (id: string, options: { detach?: boolean; json?: boolean }) =>
      set(await resumeCommand(id, options, services)),
    );
  program
    .command('init')
    .description('write a commented config to start from')
    .option('--data <file>', 'training rows')
    .option('--model <folder>', 'model to start from')
    .option('--out <file>', 'the config to write', 'new.sft.yaml')
    .action((options: { data?: string; model?: string; out: string }) => set(initCommand(options, services)));
}

/** Commands that only look. */
function addLooking(program: Command, services: Services, set: (code: number) => void): void {
  program
    .command('attach <id>')
    .description('follow a run; an id, part of one, `last` or a run folder')
    .option('--json', 'print the result as JSON')
    .action(async (id: string, options: { json?: boolean }) =>
      set(await attachCommand(id, options, services)),
    );
  program
    .command('runs')
    .description('list the runs around this folder')
    .option('--json', 'print them as JSON')
    .action((options: { json?: boolean }) => set(runsCommand(options, services)));
  program
    .command('check <file...>')
    .description('say everything that is wrong with configs, and how long the runs would be')
    .option('--json', 'print it as JSON')
    .action((files: string[], options: { json?: boolean }) => set(checkCommand(files, options, services)));
  program
    .command('compare <id...>')
    .description('runs side by side, at the end and at equal acquisition')
    .option('--json', 'print it as JSON')
    .action((ids: string[], options: { json?: boolean }) => set(compareCommand(ids, options, services)));
}

/** Commands that speak to a running engine. */
function addSteering(program: Command, services: Services, set: (code: number) => void): void {
  program
    .command('stop <id>')
    .description('ask a run to stop and save; by force after the grace time')
    .option('--grace <seconds>', 'how long to wait before force', '60')
    .action(async (id: string, options: { grace: string }) => set(await stopCommand(id, options, services)));
  for (const [name, description] of Object.entries(STEERING)) {
    program
      .command(`${name} <id>`)
      .description(`ask a running run to ${description}`)
      .action((id: string) => set(steerCommand(name as keyof typeof STEERING, id, services)));
  }
}
