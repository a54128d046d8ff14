import { TORCH } from '../constants.ts';
import { partsOf, type MemoryParts } from '../parts.ts';
import { adapterNumbers } from '../adapters.ts';
import type { MemoryQuestion } from '../question.ts';
import { beyondSteps } from './phases.ts';
import { deriveTorch, lowerTrunkBytes, stateBytes, torchTeacherCache, type TorchRun } from './run.ts';
import { forwardPeak, gradientPeak, lostBytes } from './step.ts';

/**
 * Memory of the torch engine on its device: of one process, where several share a model. Weights, gradients and state are those of
 * Rajbhandari et al. 2020 (ZeRO, arXiv 1910.02054, section 3), divided by the number of processes (its stage 3, which FSDP2 is).
 * Activations are the tensors that PyTorch keeps for a backward pass through Transformers' Llama, operation by operation, after
 * the manner of Korthikanti et al. 2022 (arXiv 2205.05198, section 4); flash attention keeps no scores (Dao et al. 2022).
 */
export function torchMemory(question: MemoryQuestion): MemoryParts {
  const run = deriveTorch(question);
  const { moving, number, processes } = run;
  const gathered = number * gatheredNumbers(run);
  const weights = (number * (run.pieces.all + adapterNumbers(run))) / processes + gathered;
  const optimizer = (stateBytes(run) * moving) / processes;
  const teacher = run.hasTeacher && run.pieces.headMoves ? number * run.widths.vocab * run.widths.hidden : 0;
  const cache = run.hasTeacher ? torchTeacherCache(run) : 0;
  const lower = lowerTrunkBytes(run);
  const forward = forwardPeak(run);
  const backward = gradientPeak(run);
  const isForward = forward.activations + forward.logits + forward.gradients > backward;
  const step = isForward ? forward : { activations: 0, logits: 0, gradients: backward };
  const lost = run.device === 'cpu' ? lostBytes(run) : 0;
  const inStep = step.activations + step.logits + step.gradients;
  return {
    parts: partsOf({
      process: run.device === 'cpu' ? TORCH.process : 0,
      weights,
      optimizer,
      teacher,
      cache: cache + lower,
      ...step,
      activations: step.activations + lost,
      other_phases: beyondSteps(run, inStep + lost, optimizer, teacher + cache + lower),
    }),
  };
}

/** Of a model spread over processes, what stands gathered at one time: what is around the layers, and two of them. */
function gatheredNumbers({ processes, pieces }: TorchRun): number {
  if (processes === 1) return 0;
  const layers = pieces.layers.reduce((sum, { all }) => sum + all, 0);
  const largest = pieces.layers.reduce((most, { all }) => Math.max(most, all), 0);
  return pieces.all - layers + 2 * largest;
}
