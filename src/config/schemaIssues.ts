import type { z } from 'zod';
import { RunConfigSchema } from '../protocol/runConfig.ts';
import { valueAt, type Block, type Path } from './path.ts';

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
