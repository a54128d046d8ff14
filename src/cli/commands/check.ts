import { plural } from '../../base/text.ts';
import { checkConfig, ruleInput } from '../../config/check.ts';
import { NO_FACTS } from '../../config/facts.ts';
import type { Surroundings } from '../../config/files.ts';
import { summaryOf, type Summary } from '../../config/summary.ts';
import { summaryLines } from '../../config/summaryText.ts';
import { withLevels, type Levels } from '../../config/levels.ts';
import { parseConfigText } from '../../config/parse.ts';
import { hasErrors, type Problem } from '../../config/problem.ts';
import { resolveConfig } from '../../config/resolve.ts';
import { RULES } from '../../config/rules/index.ts';
import { nearest } from '../../base/nearest.ts';
import { encodeJson } from '../../protocol/numbers.ts';
import { problemLine, readConfig, type ConfigText } from '../configFile.ts';
import { withFacts } from '../factsOf.ts';
import { previewOf, previewText, type Preview } from '../preview.ts';
import { asSarif } from '../render/sarif.ts';
import type { Services } from '../services.ts';
import { EXIT, UserError } from '../userError.ts';

export interface CheckOptions {
  readonly json?: boolean;
  readonly format?: string;
  readonly preview?: string;
  readonly level?: readonly string[];
}

interface Checked {
  readonly source: ConfigText;
  readonly problems: readonly Problem[];
  /** Whether the run would not start, whatever levels were asked for. */
  readonly isBroken: boolean;
  /** undefined where the config has errors. */
  readonly estimate: Summary | undefined;
  readonly preview: Preview | { readonly problem: string } | undefined;
}

/** `holdfast check FILE...`: every problem with its place, and what the run would cost; the data is read for it. */
export async function checkCommand(
  files: readonly string[],
  options: CheckOptions,
  services: Services,
): Promise<number> {
  const count = previewCount(options.preview);
  const format = formatOf(options);
  const levels = levelsOf(options.level ?? []);
  const checked: Checked[] = [];
  for (const file of files) checked.push(await checkFile(readConfig(file), count, levels, services));
  say(checked, format, services);
  const all = checked.flatMap(({ problems }) => problems);
  services.terminal.err(tally(all));
  const cannotStart = checked.some(({ isBroken }) => isBroken);
  return cannotStart || hasErrors(all) ? EXIT.wrongRequest : EXIT.done;
}

async function checkFile(
  source: ConfigText,
  count: number,
  levels: Levels,
  services: Services,
): Promise<Checked> {
  return withFacts(source, services, (surroundings) => {
    const { problems } = checkConfig(source.text, surroundings);
    const isBroken = hasErrors(problems);
    return {
      source,
      problems: withLevels(problems, levels),
      isBroken,
      estimate: isBroken ? undefined : summaryOf(ruleInput(parseConfigText(source.text), surroundings)),
      // What the data is to blame for, a preview shows best.
      preview: count === 0 ? undefined : preview(source, count, { ...surroundings, facts: NO_FACTS }),
    };
  });
}

type Format = 'text' | 'json' | 'sarif';

function say(checked: readonly Checked[], format: Format, { terminal, version, folder }: Services): void {
  if (format === 'json')
    terminal.out(
      encodeJson(
        checked.map(({ source, problems, estimate, preview: shown }) => ({
          file: source.name,
          problems,
          estimate,
          preview: shown,
        })),
      ),
    );
  else if (format === 'sarif') {
    const results = checked.map(({ source: { path }, problems }) => ({ path, problems }));
    terminal.out(JSON.stringify(asSarif(results, RULES, { version, base: folder }), undefined, 2));
  } else
    for (const { source, problems, estimate, preview: shown } of checked) {
      for (const problem of problems) terminal.out(problemLine(source.name, problem));
      if (estimate !== undefined)
        for (const { name, text } of summaryLines(estimate)) terminal.out(`${source.name}: ${name}: ${text}`);
      if (shown !== undefined)
        terminal.out('problem' in shown ? shown.problem : `\n${previewText(shown, terminal.outStyle)}`);
    }
}

function formatOf({ json, format }: CheckOptions): Format {
  if (format === undefined) return json === true ? 'json' : 'text';
  if (format === 'text' || format === 'json' || format === 'sarif') return format;
  throw new UserError(`--format ${format} is not known: write text, json or sarif.`);
}

/** `--level CODE=LEVEL`, as the setting `holdfast.diagnostics` has it. */
function levelsOf(pairs: readonly string[]): Levels {
  const codes = RULES.map(({ code }) => code);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [code = '', level] = pair.split('=');
      if (!codes.includes(code)) {
        const meant = nearest(code, codes);
        const cure =
          meant === undefined ? 'take the code from the message it is about' : `did you mean ${meant}?`;
        throw new UserError(`--level ${pair}: there is no diagnostic ${code}: ${cure}`);
      }
      if (level !== 'error' && level !== 'warning' && level !== 'hint' && level !== 'off')
        throw new UserError(`--level ${pair}: write error, warning, hint or off after the code.`);
      return [code, level];
    }),
  );
}

function previewCount(text: string | undefined): number {
  if (text === undefined) return 0;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new UserError(`--preview ${text} is no number of rows: write 1 or more, as in --preview 3.`);
}

function preview(source: ConfigText, count: number, surroundings: Surroundings): Checked['preview'] {
  const { config } = resolveConfig(source.text, surroundings);
  return config === undefined ? undefined : previewOf(config, count);
}

function tally(problems: readonly Problem[]): string {
  const count = (level: Problem['level']): number =>
    problems.filter((problem) => problem.level === level).length;
  return `${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}, ${plural(count('hint'), 'hint')}`;
}
