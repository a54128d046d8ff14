import { forgettingAt } from '../../runs/forgetting.ts';
import type { Status } from '../../runs/liveStatus.ts';
import type { RunState } from '../../runs/runState.ts';
import { toArray } from '../../runs/series.ts';
import type { EventOf } from '../../protocol/events.ts';
import { printable } from '../terminal.ts';
import { EXIT } from '../userError.ts';

/** The exit code of following a run to where it is now. */
export function exitCodeOf(state: RunState, status: Status): number {
  if (status === 'finished') return EXIT.done;
  if (state.final?.type !== 'stopped') return EXIT.failed;
  return state.final.reason.includes('max_forgetting') ? EXIT.stoppedByLimit : EXIT.done;
}

/**
 * How a run that did not finish came to be so, and the cure, in one sentence; undefined for one that did.
 * @param name what commands find the run by
 */
export function endingText(name: string, state: RunState, status: Status): string | undefined {
  const resume = `go on with "holdfast resume ${shellWord(name)}"`;
  if (state.final?.type === 'failed') return printable(state.final.message);
  if (state.final?.type === 'stopped')
    return `Stopped at step ${state.final.step} (${printable(state.final.reason)}): ${resume}.`;
  if (state.final?.type === 'finished') return undefined;
  if (status === 'lost')
    return `The engine is gone without a last word (killed, out of memory, or the machine went down): ${resume}.`;
  return `No longer watching; the run is ${status}: see it again with "holdfast attach ${shellWord(name)}".`;
}

/** The checkpoints worth naming: the best one, and the last if that is another. */
export function namedCheckpoints(
  state: RunState,
): readonly { readonly label: string; readonly saved: EventOf<'saved'> }[] {
  const all = toArray(state.checkpoints);
  const best = all.findLast((saved) => saved.best && saved.step === state.bestStep);
  const last = all.at(-1);
  return [
    ...(best === undefined ? [] : [{ label: 'best checkpoint', saved: best }]),
    ...(last === undefined || last.step === best?.step ? [] : [{ label: 'last checkpoint', saved: last }]),
  ];
}

/** What the advice on the next command needs to know of a finished run. */
export interface NextCommandInput {
  /** What commands find this run by. */
  readonly name: string;
  /** The same of an earlier finished run to hold it against; undefined without one. */
  readonly earlier: string | undefined;
  /** As the user would type it; undefined where the run came from no file. */
  readonly configFile: string | undefined;
  readonly learningRate: number;
  /** Fraction of the held facts that may be forgotten. */
  readonly maxForgetting: number;
}

/** A command worth typing next: less forgetting first, then a comparison; undefined where nothing suggests itself. */
export function nextCommand(state: RunState, input: NextCommandInput): string | undefined {
  const forgetting = forgettingAt(toArray(state.evaluations))?.relative ?? 0;
  if (forgetting > input.maxForgetting && input.configFile !== undefined) {
    const gentler = Number((input.learningRate / 2).toPrecision(2));
    return `holdfast run ${shellWord(input.configFile)} --set learning_rate=${gentler}`;
  }
  return input.earlier === undefined
    ? undefined
    : `holdfast compare ${shellWord(input.earlier)} ${shellWord(input.name)}`;
}

/** Text that a POSIX shell takes as one word and runs nothing of: names may be other people's. */
export function shellWord(text: string): string {
  const plain = printable(text);
  return /^[\w./:\\@%+=-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", `'\\''`)}'`;
}
