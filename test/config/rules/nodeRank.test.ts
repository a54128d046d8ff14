import { expect, test } from 'vitest';
import { toldBy } from '../configs.ts';

test.each([
  ['launch: {nnodes: 2, node_rank: 2}', '`2` and `launch.nnodes` is `2`: write a number from 0 to 1.'],
  ['launch: {node_rank: 1}', '`1` and `launch.nnodes` is `1`: write `0`, or how many machines there are.'],
])('%s', (added, end) => {
  expect(toldBy('launch.node-rank', added)).toEqual([
    expect.stringContaining(`node-rank: \`launch.node_rank\` is ${end}`),
  ]);
});

test.each(['launch: {}', 'launch: {nnodes: 2, node_rank: 1}', 'launch: {nproc_per_node: 8}'])(
  '%s is fine',
  (added) => {
    expect(toldBy('launch.node-rank', added)).toEqual([]);
  },
);
