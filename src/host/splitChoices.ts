import { grouped, percent } from '../base/format.ts';
import { plural } from '../base/text.ts';

// What Split Off an Evaluation File asks. Pure.

/** How many rows may be set aside. */
export interface SplitChoice {
  readonly label: string;
  readonly description: string;
  readonly count: number;
}

/** The usual one first: Enter takes it. */
const SHARES = [0.1, 0.05, 0.2] as const;

/** The shares that leave rows on both sides, each with the counts it gives. */
export function splitChoices(rows: number): SplitChoice[] {
  return SHARES.flatMap((share) => {
    const count = Math.round(share * rows);
    if (count < 1 || count >= rows) return [];
    const description = `${plural(count, 'row')} to evaluate on, ${grouped(rows - count)} to train on`;
    return [{ label: `${100 * share} %`, description, count }];
  });
}

/** Why a number of rows cannot be set aside, in one sentence; undefined where it can. */
export function countProblem(text: string, rows: number): string | undefined {
  const count = Number(text);
  if (/^\d+$/.test(text.trim()) && count >= 1 && count < rows) return undefined;
  return `Write a number of rows from 1 to ${grouped(rows - 1)}.`;
}

/** How the two parts of a file are called: `policies.train.jsonl`, `policies.eval.jsonl`. */
export function partName(file: string, part: 'train' | 'eval', copy = 1): string {
  const stem = file.replace(/\.[^.]+$/, '');
  return `${stem}.${part}${copy === 1 ? '' : `-${copy}`}.jsonl`;
}

/** Why a new file cannot be called so, in one sentence; undefined where it can. */
export function nameProblem(name: string, isTaken: (name: string) => boolean): string | undefined {
  if (name.trim() === '') return 'Write a name.';
  if (/[\\/]/.test(name)) return 'Write a name without a folder: the file goes beside the training file.';
  if (/^\.\.?$|[<>:"|?*]|^\s|[\s.]$/.test(name))
    return 'Write a name that every system takes: without < > : " | ? *, blanks around it, or a dot at its end.';
  return isTaken(name) ? `\`${name}\` exists already: write another name.` : undefined;
}

/** What was done, and how to take it back. */
export function splitText(
  file: string,
  { train, evaluation }: { readonly train: number; readonly evaluation: number },
): string {
  const rows = train + evaluation;
  return `Of ${plural(rows, 'row')} of ${file}, ${grouped(evaluation)} (${percent(evaluation / rows)}) are set aside to evaluate on; Undo in the config takes it back, and ${file} stays as it is.`;
}
