import { duration } from '../base/format.ts';
import { plural } from '../base/text.ts';
import { isResumable, type Status } from '../runs/liveStatus.ts';

// What Compare Methods says. Pure.

/** How a run of a comparison is called everywhere: `support: self_distill, seed 43`. */
export function comparedLabel(
  configName: string,
  { method, seed }: { readonly method: string; readonly seed: number },
): string {
  return `${configName.replace(/(\.sft)?\.(ya?ml|json)$/i, '')}: ${method}, seed ${seed}`;
}

/** How long a run would take, as an earlier one tells. */
export function expectedText(seconds: number): string {
  return `about ${duration(seconds)}, as its last run`;
}

/** How many runs a number of seeds makes, and how long they train one after another; undefined seconds: nobody can tell. */
export function seedsText(runs: number, seconds: number | undefined): string {
  const time = seconds === undefined ? '' : `, about ${duration(seconds)} of training one after another`;
  return `${plural(runs, 'run')}${time}`;
}

export interface Made {
  readonly started: number;
  readonly wanted: number;
  /** Why the first that could not be started was not; undefined where all were, or the user called it off. */
  readonly problem?: string | undefined;
}

/** What became of the runs, and where to go from here. */
export function madeText(configName: string, { started, wanted, problem }: Made): string {
  const all = started === wanted;
  const what = `${all ? plural(started, 'run') : `${started} of ${plural(wanted, 'run')}`} of ${configName} ${started === 1 ? 'is' : 'are'} started; where the device is taken, they wait for it in turn.`;
  const why = problem === undefined ? '' : ` The first that could not be started: ${problem}`;
  const next =
    started < 2
      ? ''
      : ' When all have ended they can be set side by side, at the end and at equal acquisition; "holdfast compare" in a terminal does so at any time.';
  return `${what}${why}${next}`;
}

/** Whether nothing more is to be expected of a run, unless somebody resumes it. */
export function hasEnded(status: Status): boolean {
  return status === 'finished' || isResumable(status);
}

/** That all runs of a comparison have ended, and how many of them before their time. */
export function endedText(configName: string, statuses: readonly Status[]): string {
  const early = statuses.filter((status) => status !== 'finished').length;
  const but = early === 0 ? '' : `, ${early} of them before the last step`;
  return `All ${plural(statuses.length, 'run')} of ${configName} that were to be compared have ended${but}.`;
}

/** A Markdown page around what `holdfast compare` says. @param line the command that says it again */
export function comparisonPage(configName: string, said: string, line: string): string {
  const title = `# Methods compared: ${configName.replace(/[\\`*_~[\]<>#]/g, '\\$&')}`;
  const again = 'The same in a terminal, at any time:';
  return [title, fenced(said.trimEnd(), 'text'), again, fenced(line, 'sh'), ''].join('\n\n');
}

/** Text of other people, such as what a model says, cannot end the block that it stands in. */
function fenced(text: string, language: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}
