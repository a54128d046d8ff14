import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSmallText } from '../../src/host/smallText.ts';
import { scratch } from '../folder/bundle.ts';

test('a file is read whole, or one sentence says why not and what to do', () => {
  const path = join(scratch(), 'rows.jsonl');
  expect(() => readSmallText(path, 'cut it')).toThrow(
    /^Cannot read the data file .*rows\.jsonl: it does not exist; correct the path\.$/,
  );
  writeFileSync(path, 'größer\n');
  expect(readSmallText(path, 'cut it')).toBe('größer\n');
  truncateSync(path, 65_000_000);
  expect(() => readSmallText(path, 'cut it')).toThrow(
    / has 65 MB, more than the 64 MB that an editor should read: cut it\.$/,
  );
});
