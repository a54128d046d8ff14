import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

const PATH = ['launch', 'master_addr'];

/** Every machine is 127.0.0.1 to itself. */
export const localAddress = defineRule({
  code: 'launch.local-address',
  level: 'error',
  side: 'meaning',
  what: '`launch.nnodes` is above 1, and `launch.master_addr` is an address that every machine has for itself.',
  why: 'Each machine would look for the others in itself, and give up after a while.',
  cure: 'Write the address of machine 0 as the others reach it.',
  find: ({ parsed }) => {
    const launch = settingOf(parsed, 'launch');
    const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0)$/.test(launch?.master_addr ?? '');
    return launch !== undefined && launch.nnodes > 1 && isLocal ? [launch] : [];
  },
  tell: ({ master_addr: address, nnodes }, { parsed }) => ({
    path: PATH,
    range: valueRange(parsed, PATH),
    message: `\`launch.master_addr\` is ${quote(address)}${parsed.entries.has('launch.master_addr') ? '' : ', the default'}, where each of the ${nnodes} machines finds only itself: write the address of machine 0.`,
  }),
});

export const examples: Examples = {
  good: [
    { text: 'launch: {nnodes: 2, master_addr: node0.cluster}\n' },
    { text: 'launch: {nproc_per_node: 2, master_addr: localhost}\n' },
  ],
  bad: [
    {
      text: 'launch: {nnodes: 2, master_addr: localhost}\n',
      says: [
        '`launch.master_addr` is `localhost`, where each of the 2 machines finds only itself: write the address of machine 0.',
      ],
    },
    {
      text: 'launch:\n  nnodes: 4\n',
      says: [
        '`launch.master_addr` is `127.0.0.1`, the default, where each of the 4 machines finds only itself: write the address of machine 0.',
      ],
    },
  ],
};
