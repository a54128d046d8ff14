import { plural } from '../../base/text.ts';
import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

const PATH = ['launch', 'nproc_per_node'];

/** Each process takes a GPU of its own. */
export const moreProcessesThanGpus = defineRule({
  code: 'launch.more-processes-than-gpus',
  level: 'error',
  side: 'meaning',
  what: '`launch.nproc_per_node` is larger than the number of GPUs of this machine.',
  why: 'Every process takes a GPU of its own, so the run would stop at once.',
  cure: 'Write the number of GPUs.',
  find: ({ about }) => {
    const gpus = about.device()?.gpus?.filter(({ kind }) => kind === 'cuda').length ?? 0;
    const wanted = about.config()?.launch?.nproc_per_node ?? 1;
    return gpus > 0 && wanted > gpus ? [{ gpus, wanted }] : [];
  },
  tell: ({ gpus, wanted }, { parsed }) => ({
    path: PATH,
    range: valueRange(parsed, PATH),
    message: `\`launch.nproc_per_node\` is \`${wanted}\`, and this machine has ${plural(gpus, 'GPU')}: write \`${gpus}\`.`,
    fixes: [
      { title: `Change to ${gpus}`, edits: [replaceValue(parsed, PATH, String(gpus))], isCertain: false },
    ],
  }),
});

const withGpus = (count: number) => ({
  device: {
    gpus: Array.from(
      { length: count },
      () => ({ name: 'NVIDIA A100', kind: 'cuda', memory_bytes: 40e9 }) as const,
    ),
  },
});

export const examples: Examples = {
  good: [
    { text: 'launch: {nproc_per_node: 4}\n', world: withGpus(4) },
    { text: 'launch: {nproc_per_node: 4}\n', world: { device: { gpus: undefined } } },
  ],
  bad: [
    {
      text: 'launch:\n  nproc_per_node: 8  # all\n',
      world: withGpus(4),
      says: ['`launch.nproc_per_node` is `8`, and this machine has 4 GPUs: write `4`.'],
      fixed: 'launch:\n  nproc_per_node: 4  # all\n',
    },
    {
      text: 'launch: {nproc_per_node: 2}\n',
      world: withGpus(1),
      says: ['`launch.nproc_per_node` is `2`, and this machine has 1 GPU: write `1`.'],
      fixed: 'launch: {nproc_per_node: 1}\n',
    },
  ],
};
