import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import { defineRule } from './rule.ts';

/** A machine that counts itself from 1 would wait for the others until they give up. */
export const nodeRank = defineRule(
  'launch.node-rank',
  'error',
  ({ parsed }) => {
    const launch = settingOf(parsed, 'launch');
    return launch !== undefined && launch.node_rank >= launch.nnodes ? [launch] : [];
  },
  ({ node_rank: rank, nnodes: count }, { parsed }) => ({
    path: ['launch', 'node_rank'],
    range: valueRange(parsed, ['launch', 'node_rank']),
    message: `\`launch.node_rank\` is \`${rank}\` and \`launch.nnodes\` is \`${count}\`: ${count === 1 ? 'write `0`, or how many machines there are' : `write a number from 0 to ${count - 1}`}.`,
  }),
);
