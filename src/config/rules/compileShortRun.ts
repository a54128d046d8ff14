import { plural } from '../../base/text.ts';
import { removeSetting } from '../edits.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Compiling takes a minute or more, and saves a fifth of a step at best: this many steps do not earn it. */
const SHORT = 100;

export const compileShortRun = defineRule({
  code: 'engine.compile-short-run',
  level: 'hint',
  side: 'meaning',
  what: `\`torch_compile\` is \`true\`, and the run has fewer than ${SHORT} steps.`,
  why: 'Compiling takes minutes before the first step, and makes a step about a fifth faster: a short run ends later with it.',
  cure: 'Leave it out for short runs.',
  source: 'torchtune’s measurements (1.27 times as fast), Unsloth’s documentation (about five minutes)',
  find: ({ about }) => {
    const steps = about.steps();
    return about.config()?.torch_compile === true && steps !== undefined && steps < SHORT ? [steps] : [];
  },
  tell: (steps, { parsed }) => ({
    path: ['torch_compile'],
    range: valueRange(parsed, ['torch_compile']),
    message: `\`torch_compile\` is \`true\`, and compiling for ${plural(steps, 'step')} takes longer than it saves: leave it out.`,
    fixes: [
      { title: 'Delete torch_compile', edits: [removeSetting(parsed, ['torch_compile'])], isCertain: false },
    ],
  }),
});

export const examples: Examples = {
  good: [
    { text: 'torch_compile: true\nmax_steps: 1000\n' },
    { text: 'torch_compile: true\n' },
    { text: 'torch_compile: false\nmax_steps: 10\n' },
  ],
  bad: [
    {
      text: 'torch_compile: true\nmax_steps: 10\n',
      says: [
        '`torch_compile` is `true`, and compiling for 10 steps takes longer than it saves: leave it out.',
      ],
      fixed: 'max_steps: 10\n',
    },
  ],
};
