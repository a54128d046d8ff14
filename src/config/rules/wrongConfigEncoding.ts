import { keyRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** What every reader puts in the place of bytes that are no UTF-8; nobody types it. */
const REPLACEMENT = '\uFFFD';

/** A prompt or a path with such a letter is another one than its author sees elsewhere. */
export const wrongConfigEncoding = defineRule({
  code: 'config.wrong-encoding',
  level: 'warning',
  side: 'meaning',
  what: 'A value holds `\uFFFD`, which stands for bytes that are not UTF-8: the config was saved as Latin-1 or Windows-1252.',
  why: 'The letters that stood there are lost, so a path would not be found, and a prompt would be another one.',
  cure: 'Save the config as UTF-8, and write the letters again where they are lost already.',
  find: ({ parsed }) => {
    if (!parsed.text.includes(REPLACEMENT)) return [];
    return [...parsed.entries.values()].filter(({ path }) => {
      const value = valueAt(parsed.value, path);
      return typeof value === 'string' && value.includes(REPLACEMENT);
    });
  },
  tell: ({ path, value: range }, { parsed }) => ({
    path,
    range: range.length === 0 ? keyRange(parsed, path) : range,
    message: `${quote(parsed.text.slice(range.offset, range.offset + range.length))} holds bytes that are not UTF-8, read as \`${REPLACEMENT}\`: save the config as UTF-8.`,
  }),
});

export const examples: Examples = {
  good: [{ text: 'prompt_template: "Größe: {question}"\n' }, { text: '# caf\uFFFD\nseed: 1\n' }],
  bad: [
    {
      text: 'prompt_template: "Gr\uFFFD\uFFFDe: {question}"\n',
      says: [
        '`"Gr\uFFFD\uFFFDe: {question}"` holds bytes that are not UTF-8, read as `\uFFFD`: save the config as UTF-8.',
      ],
    },
    {
      text: 'probes:\n  prompts: ["{question}", "Q\uFFFD {question}"]\n',
      says: [
        '`"Q\uFFFD {question}"` holds bytes that are not UTF-8, read as `\uFFFD`: save the config as UTF-8.',
      ],
    },
  ],
};
