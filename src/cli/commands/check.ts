import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { plural } from '../../base/text.ts';
import { checkConfig } from '../../config/check.ts';
import { hasErrors, type Problem } from '../../config/problem.ts';
import { resolveConfig } from '../../config/resolve.ts';
import { parseRows } from '../../data/parseRows.ts';
import type { RunConfig } from '../../protocol/runConfig.ts';
import { diskFiles, problemLine, readConfig, type ConfigText } from '../configFile.ts';
import { grouped } from '../render/format.ts';
import type { Services } from '../services.ts';
import { EXIT } from '../userError.ts';

/** `holdfast check FILE...`: every problem with its place, and how long the run would be. */
export function checkCommand(
  files: readonly string[],
  options: { readonly json?: boolean },
  services: Services,
): number {
  const { terminal } = services;
  const results = files.map((file) => {
    const source = readConfig(file);
    const { problems } = checkConfig(source.text, { files: diskFiles, folder: source.folder });
    return { file, problems, estimate: hasErrors(problems) ? undefined : estimate(source) };
  });
  const all = results.flatMap(({ problems }) => problems);
  if (options.json === true) terminal.out(JSON.stringify(results));
  else {
    for (const { file, problems, estimate: length } of results) {
      for (const problem of problems) terminal.out(problemLine(file, problem));
      if (length !== undefined)
        terminal.out(
          `${basename(file)}: ${grouped(length.rows)} rows, ${grouped(length.steps)} optimizer steps`,
        );
    }
    terminal.err(tally(all));
  }
  return hasErrors(all) ? EXIT.wrongRequest : EXIT.done;
}

function tally(problems: readonly Problem[]): string {
  const count = (level: Problem['level']): number =>
    problems.filter((problem) => problem.level === level).length;
  return `${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}, ${plural(count('hint'), 'hint')}`;
}

/** Rows and steps of a config without errors; undefined where its data cannot be read. */
function estimate(source: ConfigText): { rows: number; steps: number } | undefined {
  const { config } = resolveConfig(source.text, { files: diskFiles, folder: source.folder });
  if (config === undefined) return undefined;
  try {
    const rows = trainFiles(config).reduce(
      (sum, { path, weight }) =>
        sum + weight * parseRows(readFileSync(path, 'utf8'), basename(path)).rows.length,
      0,
    );
    const perEpoch = Math.max(
      1,
      Math.ceil(rows / (config.per_device_train_batch_size * config.gradient_accumulation_steps)),
    );
    return {
      rows,
      steps: config.max_steps > 0 ? config.max_steps : Math.ceil(config.num_train_epochs * perEpoch),
    };
  } catch {
    return undefined;
  }
}

function trainFiles(config: RunConfig): readonly { path: string; weight: number }[] {
  return typeof config.train_file === 'string' ? [{ path: config.train_file, weight: 1 }] : config.train_file;
}
