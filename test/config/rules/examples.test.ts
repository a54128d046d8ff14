import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../../src/config/check.ts';
import { applyEdits, type Problem } from '../../../src/config/problem.ts';
import type { BadExample } from '../../../src/config/rules/examples.ts';
import { RULES } from '../../../src/config/rules/index.ts';
import { RULE_MODULES } from './modules.ts';
import { surroundingsOf, textOf } from './world.ts';

/** Every rule by the cases that stand beside it. */
function problemsOf(example: BadExample, code: string): Problem[] {
  return problems(textOf(example), example).filter((problem) => problem.code === code);
}

function problems(text: string, { world }: Pick<BadExample, 'world'>): Problem[] {
  return checkConfig(text, surroundingsOf(world)).problems;
}

test('every rule is registered once, under a code of its own', () => {
  expect(RULE_MODULES.length).toBe(RULES.length);
  expect(new Set(RULES.map(({ code }) => code)).size).toBe(RULES.length);
});

describe.each(RULE_MODULES.map((module) => [module.file, module] as const))('%s', (_, { rule, examples }) => {
  test('has a good and a bad example, and says what, why and how to cure it', () => {
    expect(rule.code).toMatch(/^[a-z-]+\.[a-z-]+$/);
    expect(examples?.good.length, 'good examples').toBeGreaterThan(0);
    expect(examples?.bad.length, 'bad examples').toBeGreaterThan(0);
    for (const text of [rule.what, rule.why, rule.cure]) expect(text).toMatch(/^[A-Z`].*[.]$/);
  });

  test.each(examples?.good ?? [])('says nothing about $text', (example) => {
    const said = problems(textOf(example), example).filter(({ code }) => code === rule.code);
    expect(said.map(({ message }) => message)).toEqual([]);
  });

  test.each(examples?.bad ?? [])('says it of $text', (example) => {
    const text = textOf(example);
    const all = problems(text, example);
    const own = all.filter(({ code }) => code === rule.code);
    expect(own.map(({ message }) => message)).toEqual(example.says);
    const others = new Set(all.filter(({ code }) => code !== rule.code).map(({ code }) => code));
    expect([...others].sort()).toEqual([...(example.alsoSays ?? [])].sort());
    for (const { range, level } of own) {
      expect(range.offset + range.length).toBeLessThanOrEqual(text.length);
      expect(level).toBe(rule.level);
    }
  });

  const mended = (examples?.bad ?? []).filter(({ fixed }) => fixed !== undefined);
  test.each(mended)('mends $text', (example) => {
    const text = textOf(example);
    const edits = problemsOf(example, rule.code).flatMap(({ fixes }) => fixes?.[0]?.edits ?? []);
    const after = applyEdits(text, edits);
    expect(after).toBe(textOf({ ...example, text: example.fixed ?? '' }));
    expect(problems(after, example).filter(({ code }) => code === rule.code)).toEqual([]);
  });

  const unmended = (examples?.bad ?? []).filter(({ fixed }) => fixed === undefined);
  test.each(unmended)('offers nothing for $text', (example) => {
    const fixes = problemsOf(example, rule.code).flatMap((problem) => problem.fixes ?? []);
    // What is offered must be in the example, so that it is tested.
    expect(fixes).toEqual([]);
  });
});
