import { grouped, percent, share } from '../base/format.ts';
import { plural } from '../base/text.ts';
import type { KnowledgeCounts } from '../data/advice.ts';
import type { Knowledge } from '../data/knowledge.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import type { ProbedFile, ProbedRow } from '../protocol/runFiles.ts';
import { activityOf } from '../runs/runView.ts';
import type { Progress } from '../runs/runState.ts';
import { wilsonInterval } from '../base/wilson.ts';
import { plain } from './plain.ts';

// What Probe Knowledge says. Pure.

/** What the engine of a probe is busy with; a question is one row under one prompt. */
export function probeProgressText(progress: Progress | undefined): string {
  const activity = activityOf(progress);
  if (activity === undefined) return 'starting the engine';
  const { text, done, total } = activity;
  return progress?.phase === 'probing'
    ? `${text}: ${grouped(done)} of ${grouped(total)} questions`
    : total > 1 && done > 0
      ? `${text}: ${percent(done / total)}`
      : text;
}

/** What became of the rows, with n and shares, and what to do about it. */
export function knowledgeMessage(
  name: string,
  counts: KnowledgeCounts,
  { advice, isKept }: { readonly advice: string; readonly isKept: boolean },
): string {
  const all = counts.known + counts.maybe + counts.new;
  const part = (kind: Knowledge): string =>
    `${grouped(counts[kind])} ${kind} (${percent(counts[kind] / all)})`;
  const when = isKept ? ', as an earlier probe found' : '';
  return `Of ${grouped(all)} rows of ${name}, the base model has ${part('known')}, ${part('maybe')} and ${part('new')}${when}. ${advice}`;
}

const CLASSES: readonly (readonly [Knowledge, title: string, meaning: string])[] = [
  ['new', 'New', 'right under no prompt'],
  ['maybe', 'Maybe', 'right under some prompts'],
  ['known', 'Known', 'right under every prompt'],
];

/** More of a class make no page that anybody reads. */
const MOST_SHOWN = 1_000;

/** A Markdown page: rows by class, what each accepts and what the model said, prompt by prompt. */
export function knowledgePage(name: string, config: RunConfig, { rows, prompts }: ProbedFile): string {
  const asked =
    prompts === null
      ? `${config.probes.num_prompts} prompts of ${config.probes.num_fewshot} exemplars each`
      : plural(prompts.length, 'wording');
  return [
    `# What the base model knows of ${cell(name)}`,
    `${cell(config.model_name_or_path)} was asked every row under ${asked}.`,
    ...CLASSES.map(([kind, title, meaning]) => section(title, meaning, rows, kind)),
    '',
  ].join('\n\n');
}

function section(title: string, meaning: string, rows: readonly ProbedRow[], kind: Knowledge): string {
  const members = rows.filter(({ knowledge }) => knowledge === kind);
  const interval = wilsonInterval(members.length, rows.length);
  const range =
    interval === undefined ? '' : ` (95 % interval ${share(interval.low)} to ${share(interval.high)})`;
  const heading = `## ${title}: ${grouped(members.length)} of ${grouped(rows.length)}\n\n${meaning}, ${share(members.length / rows.length)} of the rows${range}`;
  if (members.length === 0) return heading;
  const lines = members
    .slice(0, MOST_SHOWN)
    .map(
      ({ id, question, answers, said }) =>
        `| ${cell(id, 60)} | ${cell(question)} | ${cell(answers.join(' / '))} | ${cell(said.join(' / '))} |`,
    );
  const rest = members.length - lines.length;
  const more = rest > 0 ? `\n\n${grouped(rest)} more are not shown.` : '';
  return `${heading}\n\n| row | question | accepted | it said |\n| --- | --- | --- | --- |\n${lines.join('\n')}${more}`;
}

/** Text of other people in a Markdown table: nothing in it is a link, markup or the end of the cell. */
function cell(text: string, maxLength = 160): string {
  const shown = plain(text, maxLength);
  return shown === '' ? '(nothing)' : shown.replace(/[\\`*_~[\]<>|&]|:(?=\/\/)/g, '\\$&');
}
