import { removeSetting } from '../edits.ts';
import { keyRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** The block is read as a wish for several GPUs, and has one number that says so. */
export const oneProcess = defineRule({
  code: 'launch.one-process',
  level: 'hint',
  side: 'meaning',
  what: '`launch` asks for one process on one machine.',
  why: 'That is what a run is without it, but with it only the torch engine will do.',
  cure: 'Write `nproc_per_node` with the number of GPUs, or delete the block.',
  find: ({ parsed }) => {
    const launch = settingOf(parsed, 'launch');
    // A rank that does not fit is about several machines, and another problem.
    return launch?.nproc_per_node === 1 && launch.nnodes === 1 && launch.node_rank === 0 ? [launch] : [];
  },
  tell: (_, { parsed }) => ({
    path: ['launch'],
    range: keyRange(parsed, ['launch']),
    message:
      '`launch` asks for 1 process on 1 machine, which is no launch: write `nproc_per_node` with the number of GPUs, or delete `launch`.',
    fixes: [{ title: 'Delete launch', edits: [removeSetting(parsed, ['launch'])], isCertain: false }],
  }),
});

export const examples: Examples = {
  good: [{ text: 'launch: {nproc_per_node: 2}\n' }, { text: 'launch: {nnodes: 2, master_addr: 10.0.0.1}\n' }],
  bad: [
    {
      text: 'launch: {}\nseed: 1\n',
      says: [
        '`launch` asks for 1 process on 1 machine, which is no launch: write `nproc_per_node` with the number of GPUs, or delete `launch`.',
      ],
      fixed: 'seed: 1\n',
    },
  ],
};
