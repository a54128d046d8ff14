import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referencePages, rulesRegistry } from '../../scripts/generate.mjs';
import { RULES } from '../../src/config/rules/index.ts';
import { RULE_MODULES } from './rules/modules.ts';

const fileOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the list of rules is what lies in the folder', async () => {
  expect(fileOf('src/config/rules/index.ts')).toBe(await rulesRegistry());
});

test('the reference pages are what the code says', async () => {
  const pages = await referencePages();
  expect(Object.keys(pages).sort()).toEqual(['docs/diagnostics.md', 'docs/settings.md']);
  for (const [path, text] of Object.entries(pages))
    expect(fileOf(path), `${path}: npm run generate`).toBe(text);
});

test('every rule has its heading, and there are enough of them', () => {
  const page = fileOf('docs/diagnostics.md');
  for (const { code } of RULES) expect(page).toContain(`\n### \`${code}\`\n`);
  expect(RULE_MODULES.length).toBeGreaterThanOrEqual(40);
});
