import type { JsonSchema } from './jsonSchema.ts';
import { parseConfigText, type Entry, type ParsedConfig } from './parse.ts';
import { formatPath, isBlock, isWithin, withValueAt, type Block, type Path } from './path.ts';
import type { Problem } from './problem.ts';
import { START } from './range.ts';
import { isReserved, reservedMessage } from './rules/reservedKey.ts';
import { unknownKeyMessage } from './rules/unknownKey.ts';
import { schemaAt } from './schemaAt.ts';
import { adviseUnknownKey } from './unknownKeyAdvice.ts';
import { quote } from './wording.ts';

/** Values from flags (`--set key=value`) by dotted key. Lists are set as a whole. */
export type Overrides = Readonly<Record<string, string>>;

export interface Overridden {
  /** As if the file had said what the flags say. */
  readonly parsed: ParsedConfig;
  /** About flags that could not be laid over the file. */
  readonly problems: readonly Problem[];
}

/** Lays flags over a config. What they set has no place in the text: it stands at its start. */
export function applyOverrides(parsed: ParsedConfig, overrides: Overrides): Overridden {
  return Object.entries(overrides).reduce<Overridden>(
    (done, [key, text]) => {
      const path = key.split('.');
      const read = readFlag(path, text);
      if ('value' in read) return { ...done, parsed: withSetting(done.parsed, path, read.value) };
      const problem: Problem = { code: read.code, level: 'error', message: read.message, range: START, key };
      return { ...done, problems: [...done.problems, nameFlag(problem, key, text)] };
    },
    { parsed, problems: [] },
  );
}

/** Problems with what a flag has set name the flag: there is nothing to correct in the file. */
export function nameFlags(problems: readonly Problem[], overrides: Overrides): Problem[] {
  return problems.map((problem) => {
    const flag = Object.entries(overrides).findLast(([key]) => isWithin(problem.key ?? '', key));
    return flag === undefined ? problem : nameFlag(problem, ...flag);
  });
}

function nameFlag(problem: Problem, key: string, text: string): Problem {
  // Without the fix, which would edit the file.
  const { code, level, key: setting } = problem;
  return {
    code,
    level,
    ...(setting === undefined ? {} : { key: setting }),
    message: `${quote(`--set ${key}=${text}`)}: ${problem.message}`,
    range: START,
  };
}

type FlagValue = { readonly value: unknown } | { readonly code: string; readonly message: string };

function readFlag(path: readonly string[], text: string): FlagValue {
  const [block = ''] = path;
  if (isReserved(block)) return { code: 'config.reserved-key', message: reservedMessage(block) };
  const schema = schemaAt(path);
  if (schema === undefined) {
    const cure = isPosition(path) ? 'a list is set as a whole' : adviseUnknownKey(path).cure;
    return { code: 'config.unknown-key', message: unknownKeyMessage([path.join('.')], cure) };
  }
  if (isVerbatim(schema, text)) return { value: text };
  const { value, problems } = parseConfigText(`value: ${text}`);
  if (problems.length === 0 && Object.keys(value ?? {}).length === 1) return { value: value?.value };
  return {
    code: 'config.syntax',
    message: `${quote(text)} cannot be read as YAML: put the value in quotes.`,
  };
}

/** train_file[0].path: the step in brackets is part of a key to whoever splits at dots. */
function isPosition(path: readonly string[]): boolean {
  return path.some((step) => step.endsWith(']'));
}

/** Texts need no quotes in a flag: a prompt may hold colons, hashes and braces, which mean something to YAML. */
function isVerbatim(schema: JsonSchema, text: string): boolean {
  if (schema.type === 'string') return !/^\s*["']/.test(text);
  return schema.anyOf?.some((option) => option.type === 'string') === true && !/^\s*["'[]/.test(text);
}

function withSetting(parsed: ParsedConfig, path: Path, value: unknown): ParsedConfig {
  if (parsed.value === undefined) return parsed;
  const changed = withValueAt(parsed.value, path, value);
  const key = formatPath(path);
  const others = [...parsed.entries].filter(([name]) => !isWithin(name, key));
  return {
    ...parsed,
    value: isBlock(changed) ? changed : parsed.value,
    entries: new Map([...others, ...entriesOf(value, path)]),
  };
}

function entriesOf(value: unknown, path: Path): [string, Entry][] {
  const inner: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item])
    : Object.entries(isBlock(value) ? value : ({} satisfies Block));
  const own: [string, Entry] = [formatPath(path), { path, key: START, value: START }];
  return [own, ...inner.flatMap(([step, item]) => entriesOf(item, [...path, step]))];
}
