import type { z } from 'zod';
import { RunConfigSchema, type RunConfig } from '../protocol/runConfig.ts';
import type { ParsedConfig } from './parse.ts';
import { patternOf, valueAt, type Block, type Path } from './path.ts';

/** A value that the schema refuses. Unknown keys are not among them: they have a rule of their own. */
export interface SchemaIssue {
  readonly path: Path;
  /** What stands there; undefined where nothing does, null where a key has no value. */
  readonly received: unknown;
  /** What the value must be, where the schema says so in words of its own: must contain {question}. */
  readonly demand: string | undefined;
}

/** At most one issue per path. Undefined, for a text that could not be read, has none. */
export function schemaIssues(value: Block | undefined): SchemaIssue[] {
  if (value === undefined) return [];
  const { error } = RunConfigSchema.safeParse(value);
  const issues = (error?.issues ?? []).flatMap((issue) => flatten(issue, []));
  const byPath = new Map(issues.map((issue) => [JSON.stringify(issue.path), issue]));
  return [...byPath.values()].map((issue) => ({ ...issue, received: valueAt(value, issue.path) }));
}

/** Whether `value` may stand at `path`, whatever else the config says. */
export function isAllowedAt(path: Path, value: unknown): boolean {
  // A config that says nothing else answers it, at a cost that does not grow with the text. Positions in lists are alike.
  const alone = path.reduceRight<unknown>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
  const pattern = patternOf(path);
  return !schemaIssues(alone as Block).some((issue) => patternOf(issue.path) === pattern);
}

/** What one top-level setting amounts to, its default included; undefined if it is not valid (or has no default). */
export function settingOf<Key extends keyof RunConfig>(
  parsed: ParsedConfig,
  key: Key,
): RunConfig[Key] | undefined {
  const result = RunConfigSchema.shape[key].safeParse(parsed.value?.[key]);
  return result.success ? (result.data as RunConfig[Key]) : undefined;
}

type FlatIssue = Omit<SchemaIssue, 'received'>;

function flatten(issue: z.core.$ZodIssue, prefix: Path): FlatIssue[] {
  const path = [...prefix, ...issue.path.filter((step) => typeof step !== 'symbol')];
  if (issue.code === 'unrecognized_keys') return [];
  if (issue.code !== 'invalid_union') {
    return [{ path, demand: issue.code === 'invalid_format' ? issue.message : undefined }];
  }
  // The alternative that was meant is the one that complains about the inside only: the list for a list.
  const meant = issue.errors.find((issues) => issues.every((inner) => inner.path.length > 0));
  return meant === undefined ? [{ path, demand: undefined }] : meant.flatMap((inner) => flatten(inner, path));
}
