import { Command, CommanderError } from 'commander';
import { messageOf } from '../base/text.ts';
import { askCommand, type AskOptions } from './commands/ask.ts';
import { attachCommand } from './commands/attach.ts';
import { checkCommand, type CheckOptions } from './commands/check.ts';
import { compareCommand } from './commands/compare.ts';
import { initCommand } from './commands/init.ts';
import { probeCommand, type ProbeOptions } from './commands/probe.ts';
import { labCommand } from './commands/lab.ts';
import type { LabOptions } from './lab/experiment.ts';
import { reportCommand } from './commands/report.ts';
import { resumeCommand } from './commands/resume.ts';
import { runCommand, type RunOptions } from './commands/run.ts';
import { runsCommand } from './commands/runs.ts';
import { setupCommand, type SetupOptions } from './commands/setup.ts';
import { steerCommand } from './commands/steer.ts';
import { stopCommand } from './commands/stop.ts';
import { sweepCommand, type SweepOptions } from './commands/sweep.ts';
import { translateCommand, type TranslateOptions } from './commands/translate.ts';
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
  addPreparing(program, services, set);
  addLooking(program, services, set);
  addAsking(program, services, set);
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
    .option('--seeds <n>', 'the same under several seeds: a number, or a list such as 21,22,23')
    .option('--detach', 'only start it')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: RunOptions) => set(await runCommand(file, options, services)));
  program
    .command('sweep <file>')
    .description('the same data under several methods, compared')
    .option('--methods <names>', 'separated by commas; `help` lists them', 'sft,self_distill,freeze')
    .option('--seeds <n>', 'a number of seeds, or a list such as 21,22,23')
    .option('--jobs <n>', 'runs at once (default: one per core)')
    .option('--report <file>', 'write a page with curves and tables there')
    .option(
      '--set <key=value>',
      'override a setting; may be given several times',
      (pair: string, pairs: string[]) => [...pairs, pair],
      [],
    )
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: SweepOptions) => set(await sweepCommand(file, options, services)));
  program
    .command('lab <name>')
    .description('a named experiment on the small model that ships with Holdfast: headline, gate')
    .option('--seeds <n>', 'a number of seeds, or a list such as 21,22,23')
    .option('--jobs <n>', 'runs at once (default: one per core)')
    .option('--out <folder>', 'where the result is written')
    .option('--draw <seed>', 'only write the data files of a seed')
    .option('--json', 'print the result as JSON')
    .action(async (name: string, options: LabOptions & { draw?: string }) =>
      set(await labCommand(name, options, services)),
    );
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
  program
    .command('translate <file>')
    .description('a config of another trainer (TRL, Axolotl, LLaMA-Factory ...) in the words of Holdfast')
    .option('--out <file>', 'write it there (default: print it)')
    .option('--json', 'print it as JSON, with what became of every setting')
    .action(async (file: string, options: TranslateOptions) =>
      set(await translateCommand(file, options, services)),
    );
}

/** Commands that prepare this machine. */
function addPreparing(program: Command, services: Services, set: (code: number) => void): void {
  program
    .command('setup <what>')
    .description('holdfast setup torch: make the Python environment that the torch engine runs in')
    .option(
      '--python <path>',
      'Python to make it of (default: the first good one on PATH, or one that uv gets)',
    )
    .option('--index-url <url>', 'where PyTorch is taken from, as pytorch.org says for your CUDA')
    .option('--cpu', 'the build of PyTorch without CUDA: smaller, runs use the processor')
    .option('--json', 'print the result as JSON')
    .action(async (what: string, options: SetupOptions) => set(await setupCommand(what, options, services)));
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
    .description('say everything that is wrong with configs, and what the runs would cost')
    .option('--preview <n>', 'show the first rows token by token, with what the loss counts')
    .option('--format <format>', 'text, json or sarif (for code hosts)')
    .option('--json', 'the same as --format json')
    .option('--level <code=level>', 'another level for a diagnostic: error, warning, hint, off', collect, [])
    .action(async (files: string[], options: CheckOptions) =>
      set(await checkCommand(files, options, services)),
    );
  program
    .command('compare <id...>')
    .description('runs side by side, at the end and at equal acquisition')
    .option('--json', 'print it as JSON')
    .action((ids: string[], options: { json?: boolean }) => set(compareCommand(ids, options, services)));
  program
    .command('report [id...]')
    .description('runs as one self-contained HTML page: curves, tables, lost facts, settings')
    .option('--out <file>', 'where it is written (default: holdfast-report.html)')
    .action((ids: string[], options: { out?: string }) => set(reportCommand(ids, options, services)));
}

/** Commands that ask a model. */
function addAsking(program: Command, services: Services, set: (code: number) => void): void {
  program
    .command('probe <model> <data>')
    .description('say which rows of a data file a model knows already, and what that means for a fine-tune')
    .option('--prompt <text>', 'wording with {question}; may be given several times', collect, [])
    .option('--prompts <file>', 'wordings: a config with probes.prompts, or a text file, one a line')
    .option('--num-prompts <n>', 'few-shot prompts per row, where no wording is given (default: 3)')
    .option('--engine <engine>', 'auto, tfjs or torch (default: that of the run, else auto)')
    .option('--trust-remote-code', 'run the Python code that the model’s folder brings along')
    .option('--write-known <file>', 'write the known rows there')
    .option('--write-new <file>', 'write the new rows there')
    .option('--json', 'print it as JSON')
    .action(async (model: string, data: string, options: ProbeOptions) =>
      set(await probeCommand(model, data, options, services)),
    );
  program
    .command('ask <model>')
    .description('ask a model, or a run before and after; without questions: those typed or piped in')
    .option('--before <model>', 'second model, shown beside it (default: the base of a run)')
    .option('--checkpoint <step>', 'of a run: this checkpoint instead of the best')
    .option('--question <text>', 'ask this; may be given several times', collect, [])
    .option('--file <data>', 'ask the rows of a data file')
    .option('--prompt <text>', 'wording with {question} (default: prompt_template of the run)')
    .option('--raw', 'put the text as it is')
    .option('--engine <engine>', 'auto, tfjs or torch (default: that of the run, else auto)')
    .option('--trust-remote-code', 'run the Python code that the model’s folder brings along')
    .option('--json', 'print one JSON object a line')
    .action(async (model: string, options: AskOptions) => set(await askCommand(model, options, services)));
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

/** An option that may be given several times. */
function collect(text: string, texts: string[]): string[] {
  return [...texts, text];
}
