import type { Engine } from './flops.ts';
import { FLOAT, totalOf, type MemoryParts } from './parts.ts';
import { derive, type MemoryQuestion } from './question.ts';
import { processesOf } from './steps.ts';
import { tfjsMemory } from './tfjs/memory.ts';
import { tfjsTeacherCache } from './tfjs/teacher.ts';
import { torchMemory } from './torch/memory.ts';
import { deriveTorch, stateBytes, torchTeacherCache } from './torch/run.ts';

/** Most memory that a run needs at one time, and what it leaves on the disk. Bytes. */
export interface MemoryEstimate extends MemoryParts {
  /** On a processor, of the whole process; on a GPU, what its allocator gives out, per GPU. */
  readonly total: number;
  /** Whether the constants were fitted on a device of this kind; where not, only the formulas speak. */
  readonly isMeasured: boolean;
  readonly disk: {
    /** The teacher's outputs and, of a snapshot, its weights; gone when the run has finished. */
    readonly teacher: number;
    /** One checkpoint: weights and optimizer state. */
    readonly checkpoint: number;
  };
}

/** @param question what is asked of which device; `engine` says who is asked */
export function estimateMemory({
  engine,
  ...question
}: MemoryQuestion & { readonly engine: Engine }): MemoryEstimate {
  const { parts, ...rest } = engine === 'tfjs' ? tfjsMemory(question) : torchMemory(question);
  return {
    parts,
    ...rest,
    total: totalOf(parts),
    isMeasured: isMeasured(question),
    disk: engine === 'tfjs' ? tfjsDisk(question) : torchDisk(question),
  };
}

/** test/config/estimate/measured.json holds what was measured: one process on a processor, AdamW in float32, nothing compiled. */
function isMeasured({ device, config }: MemoryQuestion): boolean {
  return device === 'cpu' && processesOf(config) === 1 && config.optim === 'adamw' && !config.torch_compile;
}

function tfjsDisk(question: MemoryQuestion): MemoryEstimate['disk'] {
  const run = derive(question);
  const weights = FLOAT * run.pieces.all;
  const snapshot = question.config.self_distill?.teacher === 'snapshot' ? weights : 0;
  const teacher = run.hasTeacher ? tfjsTeacherCache(run).bytes + snapshot : 0;
  return { teacher: Math.round(teacher), checkpoint: Math.round(weights + 2 * FLOAT * run.pieces.moving) };
}

function torchDisk(question: MemoryQuestion): MemoryEstimate['disk'] {
  const run = deriveTorch(question);
  const weights = run.number * run.pieces.all;
  const snapshot = question.config.self_distill?.teacher === 'snapshot' ? weights : 0;
  const teacher = run.hasTeacher ? torchTeacherCache(run) + snapshot : 0;
  // Adapters are kept as they are, beside the model that has them merged.
  const adapters = question.config.lora === undefined ? 0 : run.number * run.moving;
  const checkpoint = weights + adapters + stateBytes(run) * run.moving;
  return { teacher: Math.round(teacher), checkpoint: Math.round(checkpoint) };
}
