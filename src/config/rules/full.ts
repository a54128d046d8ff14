import { aboutBytes } from '../approximately.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** The end of a run is always kept, so a disk without room for it means a run for nothing. */
export const full = defineRule({
  code: 'disk.full',
  level: 'error',
  side: 'meaning',
  what: 'Not even one checkpoint of the run, with what its teacher says, fits on the disk.',
  why: 'The run would stop when it writes its first checkpoint, at the latest at its end.',
  cure: 'Make room, or put the config where there is more.',
  find: ({ about }) => {
    const [disk, free] = [about.estimate()?.memory.disk, about.freeDisk()];
    if (disk === undefined || free === undefined) return [];
    const need = disk.checkpoint + disk.teacher;
    return need > free ? [{ need, free }] : [];
  },
  tell: ({ need, free }, { parsed }) => ({
    path: ['model_name_or_path'],
    range: valueRange(parsed, ['model_name_or_path']),
    message: `The end of the run needs ${aboutBytes(need)} on the disk, and ${aboutBytes(free)} are free: make room, or put the config on a larger disk.`,
  }),
});

const KNOWN = { model: {}, tokens: { 'rows.jsonl': {} }, device: {} };

export const examples: Examples = {
  good: [
    { text: 'seed: 1\n', world: { ...KNOWN, disk: { free_bytes: 2e6 } } },
    { text: 'seed: 1\n', world: { disk: { free_bytes: 0 } } },
  ],
  bad: [
    {
      text: 'seed: 1\n',
      world: { ...KNOWN, disk: { free_bytes: 1e6 } },
      says: [
        'The end of the run needs 1.4 MB on the disk, and 1 MB are free: make room, or put the config on a larger disk.',
      ],
    },
  ],
};
