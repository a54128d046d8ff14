import { describeAllowed } from '../allowed.ts';
import { firstLine } from '../range.ts';
import { valueRange, type ParsedConfig } from '../parse.ts';
import { formatPath, withValueAt, isBlock, type Path } from '../path.ts';
import type { Fix } from '../problem.ts';
import { schemaAt } from '../schemaAt.ts';
import { schemaIssues, type SchemaIssue } from '../schemaIssues.ts';
import { likelyMeant } from '../likelyMeant.ts';
import { show, showPath } from '../wording.ts';
import { defineRule } from './rule.ts';

/** Type, range and form of every value, from the schema. */
export const wrongValue = defineRule('config.wrong-value', 'error', ({ parsed }) =>
  schemaIssues(parsed.value)
    .filter(({ received }) => received !== undefined && received !== null)
    .map((issue) => {
      const range = firstLine(parsed.text, valueRange(parsed, issue.path));
      return { path: issue.path, range, message: messageFor(issue), fix: fixFor(parsed, issue) };
    }),
);

function messageFor({ path, received, demand }: SchemaIssue): string {
  const schema = schemaAt(path);
  const subject = `${showPath(path)} is ${typeof received === 'string' ? `the text ${show(received)}` : show(received)}`;
  if (demand !== undefined) return `${subject}: it ${demand}.`;
  return `${subject}: write ${schema === undefined ? 'another value' : describeAllowed(schema)}.`;
}

function fixFor(parsed: ParsedConfig, { path, received }: SchemaIssue): Fix | undefined {
  const schema = schemaAt(path);
  const source = sourceOf(parsed, path);
  const meant = schema === undefined ? undefined : likelyMeant(received, schema, source);
  if (meant === undefined || !isAllowed(parsed, path, meant)) return undefined;
  const replacement = render(meant, source);
  return { title: `Change to ${replacement}`, replacement, range: valueRange(parsed, path) };
}

function isAllowed(parsed: ParsedConfig, path: Path, value: unknown): boolean {
  const changed = withValueAt(parsed.value, path, value);
  return (
    isBlock(changed) && !schemaIssues(changed).some((issue) => formatPath(issue.path) === formatPath(path))
  );
}

function sourceOf(parsed: ParsedConfig, path: Path): string {
  const { offset, length } = valueRange(parsed, path);
  return parsed.text.slice(offset, offset + length);
}

/** Words keep their quotes, or JSON would no longer be JSON. */
function render(value: string | number | boolean, source: string): string {
  const isPlainWord = typeof value !== 'string' || (/^[a-z_]+$/.test(value) && !source.startsWith('"'));
  return isPlainWord ? String(value) : JSON.stringify(value);
}
