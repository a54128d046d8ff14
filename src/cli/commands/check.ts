import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { plural } from '../../base/text.ts';
import { checkConfig } from '../../config/check.ts';
import { estimateLength, type LengthEstimate } from '../../config/estimate.ts';
import { hasErrors, type Problem } from '../../config/problem.ts';
import { resolveConfig } from '../../config/resolve.ts';
import { trainFiles } from '../../protocol/runConfig.ts';
import { diskFiles } from '../../folder/diskFiles.ts';
import { hubCache } from '../../folder/hubCache.ts';
import { problemLine, readConfig, type ConfigText } from '../configFile.ts';
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
    const { problems } = checkConfig(source.text, {
      files: diskFiles,
      hub: hubCache(),
      folder: source.folder,
    });
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
  const { config } = resolveConfig(source.text, { files: diskFiles, hub: hubCache(), folder: source.folder });
  return config === undefined ? undefined : previewOf(config, count);
}

function tally(problems: readonly Problem[]): string {
  const count = (level: Problem['level']): number =>
    problems.filter((problem) => problem.level === level).length;
  return `${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}, ${plural(count('hint'), 'hint')}`;
}

function estimateLine(file: string, { rows, unreadable, steps }: LengthEstimate): string {
  const left = unreadable === 0 ? '' : ` (${grouped(unreadable)} more cannot be read and are left out)`;
  return `${file}: ${grouped(rows)} rows${left}, ${grouped(steps)} optimizer steps`;
}

/** Undefined for a config with errors, and where its data cannot be read. */
function estimate(source: ConfigText): LengthEstimate | undefined {
  const { config } = resolveConfig(source.text, { files: diskFiles, hub: hubCache(), folder: source.folder });
  if (config === undefined) return undefined;
  try {
    const files = trainFiles(config).map(({ path, weight }) => ({
      name: basename(path),
      text: readFileSync(path, 'utf8'),
      weight,
    }));
    return estimateLength(config, files);
  } catch {
    return undefined;
  }
}
