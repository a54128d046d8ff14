import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A machine that counts itself from 1 would wait for the others until they give up. */
export const nodeRank = defineRule({
  code: 'launch.node-rank',
  level: 'error',
  side: 'meaning',
  what: '`launch.node_rank` is not below `launch.nnodes`.',
  why: 'Ranks count from 0: the machines would wait for each other until they give up.',
  cure: 'Write a number from 0 to `nnodes` - 1.',
  find: ({ parsed }) => {
    const launch = settingOf(parsed, 'launch');
    return launch !== undefined && launch.node_rank >= launch.nnodes ? [launch] : [];
  },
  tell: ({ node_rank: rank, nnodes: count }, { parsed }) => ({
    path: ['launch', 'node_rank'],
    range: valueRange(parsed, ['launch', 'node_rank']),
    message: `\`launch.node_rank\` is \`${rank}\` and \`launch.nnodes\` is \`${count}\`: ${count === 1 ? 'write `0`, or how many machines there are' : `write a number from 0 to ${count - 1}`}.`,
  }),
});

export const examples: Examples = {
  good: [{ text: 'launch: {}\n' }, { text: 'launch: {nnodes: 2, node_rank: 1}\n' }],
  bad: [
    {
      text: 'launch:\n  nnodes: 2\n  node_rank: 2\n  master_addr: node0\n',
      says: ['`launch.node_rank` is `2` and `launch.nnodes` is `2`: write a number from 0 to 1.'],
    },
    {
      text: 'launch: {node_rank: 1}\n',
      says: [
        '`launch.node_rank` is `1` and `launch.nnodes` is `1`: write `0`, or how many machines there are.',
      ],
    },
  ],
};
