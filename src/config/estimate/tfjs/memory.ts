import { TFJS } from '../constants.ts';
import { FLOAT, partsOf, type MemoryParts } from '../parts.ts';
import { derive, type Derived, type MemoryQuestion } from '../question.ts';
import { modelNumbers, otherPhases } from './phases.ts';
import { activationNumbers, gradientNumbers, logitNumbers, weightNumbers } from './step.ts';
import { cacheBuffer, readWhileCaching, teacherHeadNumbers } from './teacher.ts';

/**
 * Memory of the TypeScript engine, counted tensor by tensor as src/engines/tfjs makes them. Two places hold them: tensors are in
 * WebAssembly's memory, which only grows; AdamW's state and gradients are plain arrays beside it.
 *
 * Two habits of tfjs-backend-wasm make a step twice as large as its activations: the gradients of all intermediate results live
 * until the tape ends, and XNNPACK keeps a rearranged copy of the right side of every product for as long as that tensor lives.
 */
export function tfjsMemory(question: MemoryQuestion): MemoryParts {
  const run = derive(question);
  const { moving } = run.pieces;
  const gradients = FLOAT * gradientNumbers(run);
  const named = {
    weights: FLOAT * weightNumbers(run),
    activations: FLOAT * activationNumbers(run),
    logits: FLOAT * logitNumbers(run),
    teacher: FLOAT * teacherHeadNumbers(run),
  };
  const step = gradients + Object.values(named).reduce((sum, bytes) => sum + bytes, 0);
  const wasm = withOtherPhases(run, step);
  // Beside the tensors: an array of every gradient, and another that nobody has collected yet; and two moments, of a
  // warm-up and of what follows it.
  const arrays = FLOAT * 2 * moving;
  const optimizer = FLOAT * 2 * moving * (run.config.self_distill?.teacher === 'snapshot' ? 2 : 1);
  const firstStep = FLOAT * moving + readWhileCaching(run);
  return {
    parts: partsOf({
      process: TFJS.process,
      ...named,
      gradients: gradients + arrays,
      optimizer,
      cache: cacheBuffer(run),
      other_phases: wasm - step + Math.max(0, firstStep - arrays - optimizer),
    }),
    wasm_bytes: Math.round(wasm),
  };
}

/**
 * WebAssembly's memory never shrinks: what probing or caching has taken is there for training steps, but for the share that lies
 * in pieces between what stays.
 */
function withOtherPhases(run: Derived, step: number): number {
  const model = FLOAT * modelNumbers(run);
  const other = FLOAT * otherPhases(run);
  const inStep = Math.max(0, step - model);
  return model + Math.max(other, inStep) + TFJS.lostBetween * Math.min(other, inStep);
}
