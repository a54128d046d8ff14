import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { GROUP_NAMES } from '../../../src/data/parameterGroups.ts';
import { GROUP_MEANINGS } from '../../../src/config/language/manual/groups.ts';
import { MANUAL } from '../../../src/config/language/manual/manual.ts';
import { allSettings } from '../../../src/config/language/settings.ts';
import { headingAnchor, settingsReference } from '../../../src/config/language/index.ts';
import { withValueAt, type Path } from '../../../src/config/path.ts';
import { schemaIssues } from '../../../src/config/schemaIssues.ts';
import { schemaAt } from '../../../src/config/schemaAt.ts';

const SETTINGS = allSettings();
const byPattern = new Map(SETTINGS.map((setting) => [setting.pattern, setting]));

test('the manual has one entry for each setting and none besides', () => {
  expect(SETTINGS.length).toBeGreaterThan(70);
  expect(Object.keys(MANUAL).sort()).toEqual([...byPattern.keys()].sort());
});

test('every word of freeze has a meaning', () => {
  expect(Object.keys(GROUP_MEANINGS)).toEqual(GROUP_NAMES);
});

describe.each(Object.entries(MANUAL))(
  '%s',
  (pattern, { more, unit, equation, values = [], usual, source }) => {
    const { path = [], schema } = byPattern.get(pattern) ?? {};

    test('reads as sentences', () => {
      expect(more).toMatch(/^[A-Z`].*[.]$/s);
      // The schema's own line stands before it.
      expect(more).not.toContain(schema?.description);
      for (const text of [unit, source]) expect(text ?? 'x').toMatch(/[^.]$/);
      for (const line of equation ?? []) expect(line.length).toBeLessThanOrEqual(90);
      for (const { means } of values) expect(means).toMatch(/^[a-zA-Z0-9&].*[^.]$/);
    });

    test('its values are allowed, and an enumeration is whole', () => {
      const isList = schema?.type === 'array';
      for (const { value } of values)
        expect(issuesOf(path, isList ? [value] : value), String(value)).toEqual([]);
      const words = schema?.enum ?? schema?.items?.enum ?? [];
      expect(values.map(({ value }) => value)).toEqual(expect.arrayContaining([...words]));
      expect(new Set(values.map(({ value }) => value)).size).toBe(values.length);
      const standard = schema?.default;
      if (values.length > 0 && isPlain(standard))
        expect(values.map(({ value }) => value)).toContain(standard);
    });

    test('what most people write in it is allowed', () => {
      const block: unknown = parse(
        `{${Object.entries(usual ?? {})
          .map(([key, value]) => `${key}: ${value}`)
          .join(', ')}}`,
      );
      const isList = schemaAt([...path, 0]) !== undefined;
      expect(usual === undefined ? [] : issuesOf(path, isList ? [block] : block)).toEqual([]);
    });
  },
);

test('the reference has every setting once, under an anchor of its own', () => {
  const page = settingsReference();
  const headings = [...page.matchAll(/^###? `(.+)`$/gm)].map(([, heading = '']) => heading);
  expect(headings).toEqual([...byPattern.keys()]);
  expect(new Set(headings.map(headingAnchor)).size).toBe(headings.length);
  for (const [, anchor] of page.matchAll(/\]\(#([^)]+)\)/g))
    expect(headings.map(headingAnchor)).toContain(anchor);
  expect(page).toContain('Elsewhere: `warmup_ratio` (Hugging Face, other values)');
  expect(page.endsWith('\n')).toBe(true);
  expect(page).not.toContain('undefined');
});

/** What the schema says of `value` and what is in it, in a config without anything else. */
function issuesOf(path: Path, value: unknown): string[] {
  const pattern = JSON.stringify(path).slice(0, -1);
  const alone = withValueAt(
    {},
    path.map((step) => (step === 0 ? '0' : step)),
    value,
  );
  return (
    schemaIssues(listed(alone) as Record<string, unknown>)
      .filter((issue) => JSON.stringify(issue.path).startsWith(pattern))
      // An item alone lacks what it must have besides.
      .filter(({ received }) => received !== undefined)
      .map((issue) => JSON.stringify(issue))
  );
}

/** `{'0': x}` as a list. */
function listed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, listed(inner)] as const);
  return entries[0]?.[0] === '0' ? [entries[0][1]] : Object.fromEntries(entries);
}

function isPlain(value: unknown): boolean {
  return value !== undefined && typeof value !== 'object';
}
