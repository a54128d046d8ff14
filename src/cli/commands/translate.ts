import { plural } from '../../base/text.ts';
import { aboutConfig } from '../../config/about.ts';
import { parseConfigText, type ParsedConfig } from '../../config/parse.ts';
import { TRAINERS } from '../../config/peers/trainers.ts';
import { translate, type Translation } from '../../config/peers/translate.ts';
import { translatedText } from '../../config/peers/translatedText.ts';
import type { Trainer } from '../../config/peers/trainer.ts';
import { hasErrors } from '../../config/problem.ts';
import { START } from '../../config/range.ts';
import { encodeJson } from '../../protocol/numbers.ts';
import { problemLine, readConfig, type ConfigText } from '../configFile.ts';
import { withFacts } from '../factsOf.ts';
import type { Services } from '../services.ts';
import { printable } from '../terminal.ts';
import { EXIT, UserError } from '../userError.ts';
import { writeNew } from '../writeNew.ts';

export interface TranslateOptions {
  readonly out?: string;
  readonly json?: boolean;
}

type Recognised = Translation & { readonly trainer: Trainer };

/**
 * `holdfast translate FILE`: a config of another trainer in our words; what has no counterpart goes to stderr, with its place. Of its
 * model, where it is on this machine, the depth is looked up: "the last n layers" depend on it.
 */
export async function translateCommand(
  file: string,
  options: TranslateOptions,
  services: Services,
): Promise<number> {
  const { terminal } = services;
  const source = readConfig(file, 'a config of another trainer');
  const parsed = parsedOf(source, terminal.err);
  const depth = await withFacts(source, services, (surroundings) =>
    aboutConfig(parsed, surroundings).depth(),
  );
  const translation = recognised(parsed, source, depth);
  const text = translatedText(translation, parsed.text);
  if (options.out !== undefined) writeNew(options.out, text);
  if (options.json === true) terminal.out(encodeJson(jsonReport(translation, options.out)));
  else terminal.out(options.out ?? text.trimEnd());
  for (const line of notes(translation, parsed, source)) terminal.err(printable(line));
  terminal.err(tally(translation));
  return EXIT.done;
}

function parsedOf({ name, text }: ConfigText, say: (line: string) => void): ParsedConfig {
  const parsed = parseConfigText(text);
  for (const problem of parsed.problems) say(problemLine(name, problem));
  if (hasErrors(parsed.problems))
    throw new UserError(`${name} cannot be read: correct it, then translate it.`);
  return parsed;
}

function recognised({ value = {} }: ParsedConfig, { name }: ConfigText, depth?: number): Recognised {
  const { trainer, ...rest } = translate(value, depth);
  if (trainer !== undefined) return { trainer, ...rest };
  const known = TRAINERS.map((one) => one.name).join(', ');
  throw new UserError(
    `${name} is not recognised as a config of another trainer (${known}): "holdfast check ${name}" says setting by setting what it is called here.`,
  );
}

/** A line for every setting that was not taken over, and for those that mean a little less or more here. */
function notes({ taken, left }: Translation, parsed: ParsedConfig, { name }: ConfigText): string[] {
  const noted = taken.flatMap(({ theirs, ours, note }) =>
    note === undefined ? [] : { theirs, said: `is \`${ours.join('`, `')}\` here, ${note}` },
  );
  const unable = left.map(({ theirs, why, isAssumed }) => ({
    theirs,
    said: `${isAssumed === true ? 'is assumed there and ' : ''}was not taken over: ${why}`,
  }));
  return [...noted, ...unable]
    .map(({ theirs, said }) => ({ at: placeOf(theirs, parsed), theirs, said }))
    .sort((a, b) => a.at.offset - b.at.offset)
    .map(({ at, theirs, said }) => `${name}:${at.line}:${at.column} \`${theirs}\` ${said}`);
}

function placeOf(theirs: string, { entries }: ParsedConfig): typeof START {
  const entry = entries.get(theirs);
  return entry?.key ?? entry?.value ?? START;
}

function tally({ trainer, taken, left, assumed }: Recognised): string {
  const unsaid = assumed.length === 0 ? '' : `, ${assumed.length} that it would assume written out`;
  return `a config of ${trainer.name}: ${plural(taken.length, 'setting')} taken over, ${left.length} not${unsaid}`;
}

function jsonReport({ trainer, value, taken, left, assumed }: Recognised, out: string | undefined): object {
  return { trainer: trainer.name, out: out ?? null, config: value, taken, left, assumed };
}
