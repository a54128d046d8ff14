import type { Surroundings } from './files.ts';
import { parseConfigText, type ParsedConfig } from './parse.ts';
import type { Problem } from './problem.ts';
import { RULES } from './rules/index.ts';

export interface CheckedConfig {
  readonly parsed: ParsedConfig;
  /** In the order of the text. */
  readonly problems: Problem[];
}

/** Everything there is to say about a config's text. Pure but for what `files` answers. */
export function checkConfig(text: string, surroundings: Surroundings): CheckedConfig {
  const parsed = parseConfigText(text);
  return { parsed, problems: checkParsed(parsed, surroundings) };
}

/** The same for a config that is parsed already. */
export function checkParsed(parsed: ParsedConfig, { files, folder }: Surroundings): Problem[] {
  return RULES.flatMap((rule) => rule.check({ parsed, files, folder })).sort(
    (a, b) => a.range.offset - b.range.offset,
  );
}
