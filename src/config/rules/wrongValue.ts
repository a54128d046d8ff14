import { describeAllowed } from '../allowed.ts';
import type { JsonSchema } from '../jsonSchema.ts';
import { replaceValue } from '../edits.ts';
import { likelyMeant, type Meant } from '../likelyMeant.ts';
import { valueRange, type ParsedConfig } from '../parse.ts';
import { formatPath, type Path } from '../path.ts';
import { meaningOf } from '../peers/meaning.ts';
import { flowText, tellMeaning } from '../peers/tell.ts';
import type { Fix } from '../problem.ts';
import { firstLine } from '../range.ts';
import { schemaAt } from '../schemaAt.ts';
import { isAllowedAt, type SchemaIssue } from '../schemaIssues.ts';
import { alternatives, numberText, quote, show, showPath } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type Finding } from './rule.ts';

/** Type, range and form of every value, from the schema. */
export const wrongValue = defineRule({
  code: 'config.wrong-value',
  level: 'error',
  side: 'shape',
  what: 'A value has the wrong type, is outside its range, or is none of the words that are allowed.',
  why: 'The run could not start, or would not be what was meant.',
  cure: 'Write what is allowed; where it is clear what was meant, a fix offers it.',
  find: ({ issues }) => issues.filter(({ received }) => received !== undefined && received !== null),
  tell: (issue, { parsed }) => {
    const { path } = issue;
    const foreign = foreignValue(issue, parsed);
    if (foreign !== undefined) return foreign;
    const schema = schemaAt(path);
    const source = sourceOf(parsed, path);
    const likely = schema === undefined ? undefined : likelyMeant(issue.received, schema, source);
    const meant = likely !== undefined && isAllowedAt(path, likely) ? likely : undefined;
    return {
      path,
      range: firstLine(parsed.text, valueRange(parsed, path)),
      message: messageFor(issue, schema, meant),
      fixes: meant === undefined ? [] : fixFor(parsed, path, render(meant, source)),
    };
  },
});

/** A value of another trainer under a name that is ours too: optim: adamw_torch. */
function foreignValue({ path, received }: SchemaIssue, parsed: ParsedConfig): Finding | undefined {
  const config = parsed.value ?? {};
  const meaning = meaningOf(path, config);
  if (meaning?.kind !== 'taken' || meaning.isSame) return undefined;
  const [setting, ...more] = meaning.settings;
  if (setting === undefined || more.length > 0 || formatPath(setting.path) !== formatPath(path))
    return undefined;
  const value = flowText(setting.value);
  return {
    path,
    range: firstLine(parsed.text, valueRange(parsed, path)),
    message: `${subjectOf(path, received)}: ${tellMeaning(path, config, meaning)}.`,
    fixes: [{ title: `Change to ${value}`, edits: [replaceValue(parsed, path, value)], isCertain: true }],
  };
}

function subjectOf(path: Path, received: unknown): string {
  return `${showPath(path)} is ${typeof received === 'string' ? `the text ${show(received)}` : show(received)}`;
}

function messageFor(
  { path, received, demand }: SchemaIssue,
  schema: JsonSchema | undefined,
  meant: Meant | undefined,
): string {
  const subject = subjectOf(path, received);
  if (demand !== undefined) return `${subject}: it ${demand}.`;
  if (schema === undefined) return `${subject}: write another value.`;
  if (schema.enum === undefined || meant === undefined)
    return `${subject}: write ${describeAllowed(schema)}.`;
  const others = schema.enum.filter((word) => word !== meant).map(quote);
  const choice = others.length === 0 ? '' : ` (or ${alternatives(others)})`;
  return `${subject}: did you mean ${quote(String(meant))}${choice}?`;
}

function fixFor(parsed: ParsedConfig, path: Path, replacement: string): Fix[] {
  const edit = { range: valueRange(parsed, path), replacement };
  return [{ title: `Change to ${replacement}`, edits: [edit], isCertain: true }];
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

export const examples: Examples = {
  good: [
    { text: 'learning_rate: 5e-5\n' },
    { text: 'eval_strategy: no\n' },
    { text: 'seed: 0\n' },
    { text: 'probes: {sets: []}\n' },
  ],
  bad: [
    {
      text: 'optim: adamw_torch  # as there\n',
      says: [
        '`optim` is the text `adamw_torch`: `optim: adamw_torch` of Hugging Face is `optim: adamw` here.',
      ],
      fixed: 'optim: adamw  # as there\n',
    },
    {
      text: 'learning_rate: "5e-5"  # slowly\n',
      says: ['`learning_rate` is the text `5e-5`: write a number above 0.'],
      fixed: 'learning_rate: 5.0e-5  # slowly\n',
    },
    {
      text: 'from_config: yes\n',
      says: ['`from_config` is the text `yes`: write `true` or `false`.'],
      fixed: 'from_config: true\n',
    },
    {
      text: 'engine: jax\n',
      says: ['`engine` is the text `jax`: write `auto`, `torch` or `tfjs`.'],
    },
    {
      text: 'prompt_template: Answer now.\n',
      says: ['`prompt_template` is the text `Answer now.`: it must contain {question}.'],
    },
    {
      text: 'self_distill: {temperature: 0}\n',
      says: ['`self_distill.temperature` is `0`: write a number above 0.'],
    },
  ],
};
