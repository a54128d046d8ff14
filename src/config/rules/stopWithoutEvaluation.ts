import { setSetting } from '../edits.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Who stops at a limit must look at it on the way. */
export const stopWithoutEvaluation = defineRule({
  code: 'probes.stop-without-evaluation',
  level: 'warning',
  side: 'meaning',
  what: '`probes.on_exceeded` is `stop`, and `eval_strategy` is `no`.',
  why: 'Forgetting is measured at the start and at the end only, when there is nothing left to stop.',
  cure: 'Write `eval_strategy: steps`, or `on_exceeded: warn`.',
  find: ({ about }) => {
    const config = about.config();
    return config?.probes.on_exceeded === 'stop' && config.eval_strategy === 'no' ? [config] : [];
  },
  tell: (_, { parsed }) => ({
    path: STOP,
    range: valueRange(parsed, STOP),
    message:
      '`probes.on_exceeded` is `stop`, but with `eval_strategy: no` forgetting is measured only when the run is over: write `eval_strategy: steps`.',
    fixes: [
      {
        title: 'Write eval_strategy: steps',
        edits: [setSetting(parsed, ['eval_strategy'], 'steps')],
        isCertain: false,
      },
    ],
  }),
});

const STOP = ['probes', 'on_exceeded'];

export const examples: Examples = {
  good: [
    { text: 'probes: {on_exceeded: stop}\n' },
    { text: 'eval_strategy: no\nsave_strategy: no\nprobes: {on_exceeded: warn}\n' },
  ],
  bad: [
    {
      text: 'eval_strategy: no  # fast\nsave_strategy: no\nprobes: {on_exceeded: stop}\n',
      says: [
        '`probes.on_exceeded` is `stop`, but with `eval_strategy: no` forgetting is measured only when the run is over: write `eval_strategy: steps`.',
      ],
      fixed: 'eval_strategy: steps  # fast\nsave_strategy: no\nprobes: {on_exceeded: stop}\n',
    },
  ],
};
