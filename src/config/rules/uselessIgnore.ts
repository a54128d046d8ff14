import { nearest } from '../../base/nearest.ts';
import { readIgnores, type Ignore } from '../ignores.ts';
import { MAX_FINDINGS } from '../limits.ts';
import type { ParsedConfig } from '../parse.ts';
import type { Fix, Problem } from '../problem.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import type { Rule } from './rule.ts';

const CODE = 'config.useless-ignore';

/** A comment that ignores nothing hides that the code is misspelt, or that the problem is long gone. */
export const uselessIgnore: Rule = {
  code: CODE,
  level: 'hint',
  side: 'meaning',
  what: 'A `# holdfast-ignore CODE` comment has nothing to ignore: the code is misspelt, the problem is gone, or it is an error.',
  why: 'It would hide the next problem of that kind, or it does not hide what it was written for.',
  cure: 'Delete it, or correct the code. Errors cannot be ignored, because the run would not start.',
  check: () => [],
  review: (found, { parsed }, codes) =>
    readIgnores(parsed.text)
      .filter(
        ({ line, code }) =>
          !found.some((it) => it.code === code && it.range.line === line && it.level !== 'error'),
      )
      .slice(0, MAX_FINDINGS)
      .map((ignore) => asProblem(ignore, found, parsed, codes)),
};

function asProblem(
  ignore: Ignore,
  found: readonly Problem[],
  parsed: ParsedConfig,
  codes: readonly string[],
): Problem {
  const { code, range, line } = ignore;
  const isError = found.some((it) => it.code === code && it.range.line === line);
  const meant = codes.includes(code) ? undefined : nearest(code, codes);
  const message = isError
    ? `${quote(code)} is an error, and errors cannot be ignored: correct it, the run would not start.`
    : meant !== undefined
      ? `There is no diagnostic ${quote(code)}: did you mean ${quote(meant)}?`
      : codes.includes(code)
        ? `There is no ${quote(code)} to ignore ${line === range.line ? 'on this line' : 'on the next line'}: delete the comment.`
        : `There is no diagnostic ${quote(code)}: delete it, or copy the code from the message it shall hide.`;
  const fixes: Fix[] =
    meant === undefined
      ? isError
        ? []
        : [
            {
              title: 'Delete it',
              edits: [{ range: wholeComment(parsed, ignore), replacement: '' }],
              isCertain: true,
            },
          ]
      : [{ title: `Change to ${meant}`, edits: [{ range, replacement: meant }], isCertain: true }];
  return { code: CODE, level: 'hint', message, range, ...(fixes.length === 0 ? {} : { fixes }) };
}

/** The comment with the blanks before it, if the code is the only one in it; else the code. */
function wholeComment({ text }: ParsedConfig, { range }: Ignore): Ignore['range'] {
  const lineStart = text.lastIndexOf('\n', range.offset - 1) + 1;
  const before = /[ \t]*#\s*holdfast-ignore[ \t]+$/.exec(text.slice(lineStart, range.offset));
  const after = /^[ \t]*(?=\r?\n|$)/.exec(text.slice(range.offset + range.length));
  if (before === null || after === null) return range;
  return { ...range, offset: range.offset - before[0].length, length: range.length + before[0].length };
}

export const examples: Examples = {
  good: [
    { text: 'warmup_steps: 20  # holdfast-ignore config.warmup-too-long -- on purpose\nmax_steps: 20\n' },
    { text: '# holdfast-ignore config.warmup-too-long\nwarmup_steps: 20\nmax_steps: 20\n' },
  ],
  bad: [
    {
      text: 'max_steps: 20  # holdfast-ignore config.warmup-too-long\n',
      says: ['There is no `config.warmup-too-long` to ignore on this line: delete the comment.'],
      fixed: 'max_steps: 20\n',
    },
    {
      text: 'warmup_steps: 20  # holdfast-ignore config.warmup-to-long\nmax_steps: 20\n',
      says: ['There is no diagnostic `config.warmup-to-long`: did you mean `config.warmup-too-long`?'],
      alsoSays: ['config.warmup-too-long'],
      fixed: 'warmup_steps: 20  # holdfast-ignore config.warmup-too-long\nmax_steps: 20\n',
    },
    {
      text: 'learning_rate: 0  # holdfast-ignore config.wrong-value\n',
      says: [
        '`config.wrong-value` is an error, and errors cannot be ignored: correct it, the run would not start.',
      ],
      alsoSays: ['config.wrong-value'],
    },
  ],
};
