import { plural } from '../../base/text.ts';
import { setSetting } from '../edits.ts';
import { firstWritten } from '../firstWritten.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Somebody who writes `save_strategy` wants to be able to go on after a power cut. */
export const checkpointNever = defineRule({
  code: 'schedule.checkpoint-never',
  level: 'hint',
  side: 'meaning',
  what: 'The first checkpoint would be due at the end of the run, or after it.',
  why: 'A run that is interrupted can only be resumed from its beginning.',
  cure: 'Write a share of all steps, such as `save_steps: 0.25`.',
  find: ({ about }) => {
    const [config, steps] = [about.config(), about.steps()];
    const isNever = steps !== undefined && steps > 1 && (config?.save_steps ?? 0) >= steps;
    return config?.save_strategy === 'steps' && isNever ? [{ every: config.save_steps, steps }] : [];
  },
  tell: ({ every, steps }, { parsed }) => {
    const path = firstWritten(parsed, ['save_steps'], ['save_strategy']);
    const isDefault = path[0] === 'save_strategy' ? ', the default,' : '';
    return {
      path,
      range: valueRange(parsed, path),
      message: `\`save_steps\` is \`${every}\`${isDefault} and the run has ${plural(steps, 'step')}, so only its end is kept: write \`save_steps: 0.25\`.`,
      fixes: [
        {
          title: 'Set save_steps: 0.25, a quarter of the run',
          edits: [setSetting(parsed, ['save_steps'], '0.25')],
          isCertain: false,
        },
      ],
    };
  },
});

export const examples: Examples = {
  good: [
    { text: 'save_strategy: steps\nsave_steps: 10\nmax_steps: 11\n' },
    { text: 'save_strategy: steps\nsave_steps: 0.9\nmax_steps: 11\n' },
    { text: 'max_steps: 11\n' },
  ],
  bad: [
    {
      text: 'save_strategy: steps\nmax_steps: 120\n',
      says: [
        '`save_steps` is `500`, the default, and the run has 120 steps, so only its end is kept: write `save_steps: 0.25`.',
      ],
      fixed: 'save_strategy: steps\nmax_steps: 120\nsave_steps: 0.25\n',
    },
    {
      text: 'save_strategy: steps\nsave_steps: 1000\n',
      world: { data: { 'rows.jsonl': { rows: 100 } } },
      says: [
        '`save_steps` is `1000` and the run has 39 steps, so only its end is kept: write `save_steps: 0.25`.',
      ],
      fixed: 'save_strategy: steps\nsave_steps: 0.25\n',
    },
  ],
};
