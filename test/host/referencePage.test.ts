import { expect, test } from 'vitest';
import { fragmentOf, referenceEntries } from '../../src/host/referencePage.ts';

const PAGE = `# Diagnostics

## Schedule

### \`schedule.warmup-too-long\`

**Warning.** \`warmup_steps\` is longer than the run.

### Not a code

### \`config.syntax\`
### \`config.unknown-key\`\r
- A key that no setting has.
`;

test('every heading of a code is an entry, with its line and what stands below', () => {
  expect(referenceEntries(PAGE)).toEqual([
    { code: 'schedule.warmup-too-long', line: 4, summary: 'Warning. warmup_steps is longer than the run.' },
    { code: 'config.syntax', line: 10, summary: '' },
    { code: 'config.unknown-key', line: 11, summary: 'A key that no setting has.' },
  ]);
  expect(referenceEntries('')).toEqual([]);
});

test('links to headings are written as the preview of the editor writes them', () => {
  expect(fragmentOf('schedule.warmup-too-long')).toBe('schedulewarmup-too-long');
});
