import type { BatchTokens } from './batch.ts';
import { adapterNumbers } from './adapters.ts';
import { layOut } from './layout.ts';
import { distilledOf, projectedOf, type Derived } from './question.ts';
import { tfjsTeacherCache } from './tfjs/teacher.ts';

export type Engine = 'tfjs' | 'torch';

/**
 * Floating-point operations of one forward and backward pass: two per weight and token for each product, and one product forward,
 * one for the gradient of what comes in, one for that of the weight (Kaplan et al. 2020, arXiv 2001.08361, section 2.1). What
 * stands still is spared its share, as the engines spare it.
 */
export function passFlops(run: Derived, batch: BatchTokens, engine: Engine): number {
  const cells = cellsOf(run, batch, engine);
  return cells * layersFlops(run, batch, engine) + headFlops(run, batch, engine);
}

/** The same of a forward pass without gradients over so many tokens, `projected` of which meet the head. */
export function forwardFlops({ pieces, widths }: Derived, tokens: number, projected: number): number {
  const linear = pieces.layers.reduce((sum, layer) => sum + layer.linear, 0);
  return 2 * tokens * linear + 2 * projected * widths.vocab * widths.hidden;
}

function cellsOf({ config, tokens }: Derived, batch: BatchTokens, engine: Engine): number {
  return engine === 'torch' ? layOut(batch, tokens.sharedPrefix, config.padding_free).cells : batch.cells;
}

/** Per token of the grid. */
function layersFlops(run: Derived, batch: BatchTokens, engine: Engine): number {
  const { pieces, widths, config } = run;
  const adapters = adapterNumbers(run) / Math.max(1, pieces.layers.length);
  const still = config.lora === undefined ? pieces.stillLayers : 0;
  // Scores and their weighted sum, each token with half of its row on average.
  const attention = 2 * batch.longest * widths.queries;
  const again = config.gradient_checkpointing && engine === 'torch' ? 2 : 1;
  return pieces.layers.reduce((sum, { linear, moving }, layer) => {
    const forward = 2 * (linear + adapters) + attention;
    // The torch engine keeps what still layers at the bottom say, the TypeScript engine runs them every time.
    if (layer < still) return sum + (engine === 'torch' ? 0 : forward);
    const weights = config.lora === undefined ? 2 * Math.min(moving, linear) : 2 * adapters;
    return sum + again * forward + 2 * (linear + adapters) + 2 * attention + weights;
  }, 0);
}

function headFlops(run: Derived, batch: BatchTokens, engine: Engine): number {
  const { pieces, widths, config, positions, hasTeacher } = run;
  const product = 2 * widths.vocab * widths.hidden;
  const headMoves = pieces.headMoves && config.lora === undefined;
  const own = projectedOf(batch, positions) * product * (headMoves ? 3 : 2);
  const asksHead = hasTeacher && (engine === 'torch' || tfjsTeacherCache(run).isHidden);
  return own + (asksHead ? distilledOf(batch, positions) * product : 0);
}
