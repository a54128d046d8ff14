import { valueRange, type ParsedConfig } from '../parse.ts';
import { patternOf, valueAt, type Path } from '../path.ts';
import type { Fix } from '../problem.ts';
import { showPath } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

const TEMPLATES: ReadonlySet<string> = new Set([
  'prompt_template',
  'probes.prompts[]',
  'probes.sets[].prompts[]',
]);
/** A line break at the end is fine: vocabularies have it apart from what follows. */
const BLANK = /[ \t]+$/;

/** In most vocabularies a word brings the blank before it along, so that one at the end of a prompt stands alone. */
export const trailingBlank = defineRule({
  code: 'tokens.trailing-blank',
  level: 'warning',
  side: 'meaning',
  what: 'A wording ends with a blank.',
  why: 'Tokens of words begin with their blank, so this one becomes a token of its own, and the answer begins with a token that a text rarely begins with there: models answer worse.',
  cure: 'End the wording with its last character: an answer brings its own blank.',
  find: ({ parsed }) =>
    [...parsed.entries.values()].flatMap(({ path }) => (endsWithBlank(parsed, path) ? [path] : [])),
  tell: (path, { parsed }) => ({
    path,
    range: valueRange(parsed, path),
    message: `${showPath(path)} ends with a blank, which becomes a token of its own before the answer: delete it, the answer brings its own.`,
    fixes: fixesFor(parsed, path),
  }),
});

function endsWithBlank(parsed: ParsedConfig, path: Path): boolean {
  if (!TEMPLATES.has(patternOf(path))) return false;
  const value = valueAt(parsed.value, path);
  return typeof value === 'string' && BLANK.test(value);
}

/** Only in quotes is it plain where the blank stands. */
function fixesFor(parsed: ParsedConfig, path: Path): Fix[] {
  const { offset, length } = valueRange(parsed, path);
  const end = offset + length - 1;
  const blank = /["']/.test(parsed.text.charAt(end))
    ? BLANK.exec(parsed.text.slice(offset, end))?.[0]
    : undefined;
  if (blank === undefined) return [];
  const range = { ...valueRange(parsed, path), offset: end - blank.length, length: blank.length };
  return [{ title: 'Delete the blank at its end', edits: [{ range, replacement: '' }], isCertain: true }];
}

export const examples: Examples = {
  good: [
    { text: 'prompt_template: "Q: {question}\\nA:"\n' },
    // On a line of its own the answer has no blank before it.
    { text: 'prompt_template: "Q: {question}\\n"\n' },
    { text: 'prompt_template: |\n  Q: {question}\n' },
    { text: 'probes: {prompts: ["{question}"]}\n' },
  ],
  bad: [
    {
      text: 'prompt_template: "Q: {question} A: "  # short\n',
      says: [
        '`prompt_template` ends with a blank, which becomes a token of its own before the answer: delete it, the answer brings its own.',
      ],
      fixed: 'prompt_template: "Q: {question} A:"  # short\n',
    },
    {
      text: "probes: {prompts: ['{question}', '{question} It is  ']}\n",
      says: [
        '`probes.prompts[1]` ends with a blank, which becomes a token of its own before the answer: delete it, the answer brings its own.',
      ],
      fixed: "probes: {prompts: ['{question}', '{question} It is']}\n",
    },
    {
      text: 'probes:\n  sets:\n    - name: own\n      file: more.jsonl\n      prompts:\n        - "Q: {question}"\n        - |-\n          {question} \n',
      says: [
        '`probes.sets[0].prompts[1]` ends with a blank, which becomes a token of its own before the answer: delete it, the answer brings its own.',
      ],
    },
  ],
};
