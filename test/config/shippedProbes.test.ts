import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SHIPPED_FACTS } from '../../src/config/shippedProbes.ts';
import { parseRows } from '../../src/data/parseRows.ts';
import { isAsking } from '../../src/data/wording.ts';

test('the shipped probe set has as many facts as rules reckon with', () => {
  const file = new URL('../../data/general-knowledge/general-knowledge.jsonl', import.meta.url);
  expect(parseRows(readFileSync(file, 'utf8'), 'general').rows.filter(isAsking)).toHaveLength(SHIPPED_FACTS);
});
