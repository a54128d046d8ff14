import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { plural } from '../../base/text.ts';
import { checkConfig } from '../../config/check.ts';
import { hasErrors, type Problem } from '../../config/problem.ts';
import { resolveConfig } from '../../config/resolve.ts';
import { parseRows } from '../../data/parseRows.ts';
import { trainFiles, type RunConfig } from '../../protocol/runConfig.ts';
import { diskFiles, problemLine, readConfig, type ConfigText } from '../configFile.ts';
import { previewOf, previewText } from '../preview.ts';
import { grouped } from '../../base/format.ts';
import type { Services } from '../services.ts';
import { EXIT, UserError } from '../userError.ts';

/** `holdfast check FILE...`: every problem with its place, and how long the run would be. */
export function checkCommand(
  files: readonly string[],
  options: { readonly json?: boolean; readonly preview?: string },
  services: Services,
): number {
  const { terminal } = services;
  const count = previewCount(options.preview);
  const results = files.map((file) => {
    const source = readConfig(file);
    const { problems } = checkConfig(source.text, { files: diskFiles, folder: source.folder });
    const isBroken = hasErrors(problems);
    return {
      file,
      problems,
      estimate: isBroken ? undefined : estimate(source),
      preview: isBroken || count === 0 ? undefined : preview(source, count),
    };
  });
  const all = results.flatMap(({ problems }) => problems);
  if (options.json === true) terminal.out(JSON.stringify(results));
  else {
    for (const { file, problems, estimate: length, preview: shown } of results) {
      for (const problem of problems) terminal.out(problemLine(file, problem));
      if (length !== undefined) terminal.out(estimateLine(file, length));
      if (shown !== undefined)
        terminal.out('problem' in shown ? shown.problem : `\n${previewText(shown, terminal.outStyle)}`);
    }
    terminal.err(tally(all));
  }
  return hasErrors(all) ? EXIT.wrongRequest : EXIT.done;
}

function previewCount(text: string | undefined): number {
  if (text === undefined) return 0;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new UserError(`--preview ${text} is no number of rows: write 1 or more, as in --preview 3.`);
}

function preview(source: ConfigText, count: number): ReturnType<typeof previewOf> | undefined {
  const { config } = resolveConfig(source.text, { files: diskFiles, folder: source.folder });
  return config === undefined ? undefined : previewOf(config, count);
}

function tally(problems: readonly Problem[]): string {
  const count = (level: Problem['level']): number =>
    problems.filter((problem) => problem.level === level).length;
  return `${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}, ${plural(count('hint'), 'hint')}`;
}

/** How long a run would be. */
interface Estimate {
  /** Per epoch, weights counted in. */
  readonly rows: number;
  /** Records of the data files that are no rows: a run leaves them out. */
  readonly unreadable: number;
  /** Optimizer steps. */
  readonly steps: number;
}

function estimateLine(file: string, { rows, unreadable, steps }: Estimate): string {
  const left = unreadable === 0 ? '' : ` (${grouped(unreadable)} more cannot be read and are left out)`;
  return `${file}: ${grouped(rows)} rows${left}, ${grouped(steps)} optimizer steps`;
}

/** Undefined for a config with errors, and where its data cannot be read. */
function estimate(source: ConfigText): Estimate | undefined {
  const { config } = resolveConfig(source.text, { files: diskFiles, folder: source.folder });
  if (config === undefined) return undefined;
  try {
    const parsed = trainFiles(config).map(({ path, weight }) => {
      const { rows, problems } = parseRows(readFileSync(path, 'utf8'), basename(path));
      return { rows: weight * rows.length, unreadable: problems.length };
    });
    const rows = parsed.reduce((sum, file) => sum + file.rows, 0);
    const unreadable = parsed.reduce((sum, file) => sum + file.unreadable, 0);
    return { rows, unreadable, steps: stepsOf(config, rows) };
  } catch {
    return undefined;
  }
}

/** Optimizer steps, the last one of an epoch possibly smaller; as the engines count them. */
function stepsOf(config: RunConfig, rows: number): number {
  if (config.max_steps > 0) return config.max_steps;
  const perStep = config.per_device_train_batch_size * config.gradient_accumulation_steps;
  return Math.max(1, Math.ceil(config.num_train_epochs * Math.max(1, Math.ceil(rows / perStep))));
}
