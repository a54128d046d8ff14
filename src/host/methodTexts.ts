import { duration } from '../base/format.ts';
import { plural } from '../base/text.ts';

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
      : ' When they have ended, "holdfast compare" in a terminal sets them side by side, at the end and at equal acquisition.';
  return `${what}${why}${next}`;
}
