import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

const PATH = ['launch', 'nproc_per_node'];

/** One process already computes on all cores. */
export const processesWithoutGpu = defineRule({
  code: 'launch.processes-without-gpu',
  level: 'warning',
  side: 'meaning',
  what: '`launch` asks for several processes on this machine, and it has no GPU.',
  why: 'One process already computes on all cores; several share them, and spend time on talking to each other.',
  cure: 'Delete `launch`, or run it on a machine with GPUs.',
  find: ({ about }) => {
    const wanted = about.config()?.launch?.nproc_per_node ?? 1;
    return wanted > 1 && about.device()?.gpus?.length === 0 ? [wanted] : [];
  },
  tell: (wanted, { parsed }) => ({
    path: PATH,
    range: valueRange(parsed, PATH),
    message: `\`launch.nproc_per_node\` is \`${wanted}\`, and there is no GPU here: one process already computes on all cores, so write \`1\`, or delete \`launch\`.`,
  }),
});

export const examples: Examples = {
  good: [
    { text: 'launch: {nproc_per_node: 2}\n', world: { device: { gpus: undefined } } },
    { text: 'launch: {nproc_per_node: 2}\n' },
  ],
  bad: [
    {
      text: 'launch: {nproc_per_node: 2}\n',
      world: { device: { gpus: [] } },
      says: [
        '`launch.nproc_per_node` is `2`, and there is no GPU here: one process already computes on all cores, so write `1`, or delete `launch`.',
      ],
    },
  ],
};
