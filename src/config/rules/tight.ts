import { aboutBytes } from '../approximately.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Estimates are up to a tenth too low, and other programs need memory as well. */
const NEARLY = 0.9;

export const tight = defineRule({
  code: 'memory.tight',
  level: 'hint',
  side: 'meaning',
  what: 'By its estimate, the run needs nearly all memory of the device, or more than is free now.',
  why: 'An estimate may be a tenth too low, and a machine that moves memory to its disk trains many times slower.',
  cure: 'Close other programs before it starts, or write smaller batches and accumulate them.',
  find: ({ about }) => {
    const [memory, place] = [about.estimate()?.memory, about.place()];
    if (memory === undefined || place === undefined || memory.total > place.memory_bytes) return [];
    const free = place.free_bytes ?? NEARLY * place.memory_bytes;
    return memory.total > Math.min(free, NEARLY * place.memory_bytes) ? [{ need: memory.total, place }] : [];
  },
  tell: ({ need, place }, { parsed }) => ({
    path: ['model_name_or_path'],
    range: valueRange(parsed, ['model_name_or_path']),
    message: `The run needs about ${aboutBytes(need)} of memory, and ${place.name} has ${aboutBytes(place.memory_bytes)}${place.free_bytes === undefined ? '' : `, of which ${aboutBytes(place.free_bytes)} are free now`}: ${place.kind === 'cpu' ? 'close other programs' : 'leave the GPU to it alone'}, or lower \`per_device_train_batch_size\`.`,
  }),
});

const KNOWN = { model: {}, tokens: { 'rows.jsonl': {} } };

export const examples: Examples = {
  good: [
    { text: 'seed: 1\n', world: { ...KNOWN, device: {} } },
    // Too large is another problem.
    { text: 'seed: 1\n', world: { ...KNOWN, device: { memory_bytes: 20e6, free_bytes: 10e6 } } },
    { text: 'seed: 1\n', world: { model: {}, device: { memory_bytes: 20e6, free_bytes: 10e6 } } },
  ],
  bad: [
    {
      text: 'seed: 1\n',
      world: { ...KNOWN, device: { memory_bytes: 16e9, free_bytes: 100e6 } },
      says: [
        'The run needs about 460 MB of memory, and this machine has 16 GB, of which 100 MB are free now: close other programs, or lower `per_device_train_batch_size`.',
      ],
    },
  ],
};
