import { availableParallelism } from 'node:os';
import { machineGpus } from '../machine/gpus.ts';
import { machineMemory } from '../machine/memory.ts';
import { timeSlot } from '../machine/timeSlot.ts';
import type { Kind } from './kind.ts';

const SECONDS = 60;

/** The machine that runs are started on. */
export const device: Kind<'device'> = {
  identify: (_ask, { environment }) => `${environment.isTrusted} ${timeSlot(SECONDS)}`,
  find: async (_ask, { environment }) => {
    const { total, free } = machineMemory();
    return {
      memory_bytes: total,
      free_bytes: free,
      cores: availableParallelism(),
      gpus: environment.isTrusted ? await machineGpus() : undefined,
    };
  },
};
