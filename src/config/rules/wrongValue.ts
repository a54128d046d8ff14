import { describeAllowed } from '../allowed.ts';
import type { JsonSchema } from '../jsonSchema.ts';
import { likelyMeant, type Meant } from '../likelyMeant.ts';
import { valueRange, type ParsedConfig } from '../parse.ts';
import type { Path } from '../path.ts';
import type { Fix } from '../problem.ts';
import { firstLine } from '../range.ts';
import { schemaAt } from '../schemaAt.ts';
import { isAllowedAt, type SchemaIssue } from '../schemaIssues.ts';
import { alternatives, numberText, quote, show, showPath } from '../wording.ts';
import { defineRule } from './rule.ts';

/** Type, range and form of every value, from the schema. */
export const wrongValue = defineRule(
  'config.wrong-value',
  'error',
  ({ issues }) => issues.filter(({ received }) => received !== undefined && received !== null),
  (issue, { parsed }) => {
    const { path } = issue;
    const schema = schemaAt(path);
    const source = sourceOf(parsed, path);
    const likely = schema === undefined ? undefined : likelyMeant(issue.received, schema, source);
    const meant = likely !== undefined && isAllowedAt(path, likely) ? likely : undefined;
    return {
      path,
      range: firstLine(parsed.text, valueRange(parsed, path)),
      message: messageFor(issue, schema, meant),
      fix: meant === undefined ? undefined : fixFor(parsed, path, render(meant, source)),
    };
  },
);

function messageFor(
  { path, received, demand }: SchemaIssue,
  schema: JsonSchema | undefined,
  meant: Meant | undefined,
): string {
  const subject = `${showPath(path)} is ${typeof received === 'string' ? `the text ${show(received)}` : show(received)}`;
  if (demand !== undefined) return `${subject}: it ${demand}.`;
  if (schema === undefined) return `${subject}: write another value.`;
  if (schema.enum === undefined || meant === undefined)
    return `${subject}: write ${describeAllowed(schema)}.`;
  const others = schema.enum.filter((word) => word !== meant).map(quote);
  const choice = others.length === 0 ? '' : ` (or ${alternatives(others)})`;
  return `${subject}: did you mean ${quote(String(meant))}${choice}?`;
}

function fixFor(parsed: ParsedConfig, path: Path, replacement: string): Fix {
  return { title: `Change to ${replacement}`, replacement, range: valueRange(parsed, path) };
}

function sourceOf(parsed: ParsedConfig, path: Path): string {
  const { offset, length } = valueRange(parsed, path);
  return parsed.text.slice(offset, offset + length);
}

/** Words keep their quotes, or JSON would no longer be JSON. */
function render(value: Meant, source: string): string {
  if (typeof value === 'number') return numberText(value);
  const isPlain = typeof value === 'boolean' || (/^[a-z_]+$/.test(value) && !source.startsWith('"'));
  return isPlain ? String(value) : JSON.stringify(value);
}
