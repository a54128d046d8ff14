import { adapterNumbers } from '../adapters.ts';
import { layOut, type Layout } from '../layout.ts';
import { FLOAT } from '../parts.ts';
import { derive, type Derived, type MemoryQuestion } from '../question.ts';
import { processesOf } from '../steps.ts';

/** What the formulas need beside what both engines have. */
export interface TorchRun extends Derived {
  /** Bytes of a number in weights and activations. */
  readonly number: number;
  readonly isHalf: boolean;
  readonly processes: number;
  readonly layout: Layout;
  /** Numbers that are trained: parameters, or adapters. */
  readonly moving: number;
}

export function deriveTorch(question: MemoryQuestion): TorchRun {
  const run = derive(question);
  const { config, device, batch, tokens } = run;
  // Unsaid, bfloat16 is taken where the device computes it natively: CUDA devices since 2020.
  const isHalf = config.bf16 ?? device === 'cuda';
  return {
    ...run,
    isHalf,
    number: isHalf ? 2 : FLOAT,
    processes: processesOf(config),
    layout: layOut(batch, tokens.sharedPrefix, config.padding_free),
    moving: config.lora === undefined ? run.pieces.moving : adapterNumbers(run),
  };
}

/** Bytes of optimizer state per trained number. */
export function stateBytes({ config, isHalf }: TorchRun): number {
  // Where bfloat16 computes, float32 remembers (Micikevicius et al. 2018): a master of what moves.
  const master = isHalf ? FLOAT : 0;
  // Two moments: in float32, or in 8 bits with a float32 scale for each block (Dettmers et al. 2022).
  return master + (config.optim === 'adamw_8bit' ? 2 * (1 + FLOAT / NUMBERS_OF_A_BLOCK) : 2 * FLOAT);
}

const NUMBERS_OF_A_BLOCK = 256;

/** Bytes of the teacher's outputs: a hidden state for every distinct beginning that is distilled. */
export function torchTeacherCache(run: TorchRun): number {
  const { tokens, positions, widths, number } = run;
  const perRow = positions === 'all' ? Math.max(0, tokens.meanLength - 1) : tokens.meanCounted;
  const distinct = positions === 'all' ? 1 - tokens.sharedPrefix : 1;
  return tokens.distinctRows * perRow * distinct * widths.hidden * number;
}

/** What the still layers at the bottom say of all rows, kept once for all epochs. */
export function lowerTrunkBytes({ pieces, config, tokens, widths, number, processes }: TorchRun): number {
  if (config.lora !== undefined || processes > 1) return 0;
  const depth = Math.min(pieces.stillLayers, pieces.layers.length - 1);
  if (depth === 0) return 0;
  return tokens.distinctRows * tokens.meanLength * (1 - tokens.sharedPrefix) * widths.hidden * number;
}
