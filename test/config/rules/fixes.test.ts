import { expect, test } from 'vitest';
import { checkConfig } from '../../../src/config/check.ts';
import { applyEdits, type Fix } from '../../../src/config/problem.ts';
import type { BadExample } from '../../../src/config/rules/examples.ts';
import { RULE_MODULES } from './modules.ts';
import { surroundingsOf, textOf } from './world.ts';

/** Every fix that any example is offered, in configs as people keep them: with comments, blank lines, and either line end. */
const CASES = RULE_MODULES.flatMap(({ rule, examples }) =>
  (examples?.bad ?? []).map((example): [string, BadExample] => [rule.code, example]),
);

/** A heading, a comment before every top-level line, a blank line at the end. */
function commented(text: string): string {
  if (text.trimStart().startsWith('{')) return text;
  const lines = text.split('\n');
  const isTop = (line: string): boolean => /^[\w"]/.test(line);
  return `# Heading.\n${lines.map((line, index) => (isTop(line) ? `# Note ${index}.\n${line}` : line)).join('\n')}\n\n# The end.\n`;
}

function fixesOf(text: string, { world }: BadExample): readonly Fix[] {
  return checkConfig(text, surroundingsOf(world)).problems.flatMap(({ fixes }) => fixes ?? []);
}

const notes = (text: string): string[] =>
  text.split(/\r?\n/).filter((line) => /^# (Heading|Note|The end)/.test(line));

test.each(CASES)('fixes of %s keep comments and leave a config that can be read: %j', (_, example) => {
  const text = commented(textOf(example));
  for (const variant of [text, text.replaceAll('\n', '\r\n')]) {
    const before = syntaxProblems(variant, example);
    for (const { title, edits, isCertain } of fixesOf(variant, example)) {
      const after = applyEdits(variant, edits);
      expect(after, title).not.toBe(variant);
      // Who translates a whole file is told, and asked.
      if (isCertain || notes(after).length > 0) expect(notes(after), title).toEqual(notes(variant));
      expect(syntaxProblems(after, example), `${title}:\n${after}`).toBeLessThanOrEqual(before);
      // Lines end as they did: half of one kind is what diffs are full of.
      if (variant.includes('\r\n')) expect(after.replaceAll('\r\n', ''), title).not.toContain('\n');
    }
  }
});

function syntaxProblems(text: string, { world }: BadExample): number {
  return checkConfig(text, surroundingsOf(world)).problems.filter(({ code }) => code === 'config.syntax')
    .length;
}

test('there are fixes to be tested', () => {
  const count = CASES.flatMap(([, example]) => fixesOf(textOf(example), example)).length;
  expect(count).toBeGreaterThan(30);
});
