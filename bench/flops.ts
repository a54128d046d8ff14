import type { Architecture } from '../src/engines/tfjs/model/architecture.ts';
import { elementCount, parameterSpecs } from '../src/engines/tfjs/model/parameters.ts';

/** What one step has to multiply, whoever implements it. */
export interface StepWork {
  /** Tokens in the forward pass, padding included. */
  readonly tokens: number;
  /** Positions projected to the vocabulary. */
  readonly projected: number;
  /** Positions at which the teacher's head is applied to kept hidden states; 0 where its outputs are kept. */
  readonly teacherProjected?: number;
  /** Trained parameters; default all. */
  readonly trainable?: ReadonlySet<string>;
}

/**
 * Multiply-adds times two of one step's weight products: forward, gradient of the input (down to the lowest trained layer) and
 * gradient of the weight (trained ones only). Attention scores, norms and softmaxes are left out, as in DESIGN 8.
 */
export function stepFlops(arch: Architecture, work: StepWork): number {
  const { tokens, projected, teacherProjected = 0, trainable } = work;
  const moves = (name: string): boolean => trainable?.has(name) ?? true;
  const specs = parameterSpecs(arch).filter(({ kind }) => kind === 'linear' || kind === 'embedding');
  const layers = specs.filter(({ name }) => name.includes('.layers.'));
  const lowest = Math.min(
    ...specs
      .filter(({ name }) => moves(name))
      .map(({ name }) => (name.includes('embed') ? -1 : layerOf(name))),
  );
  const body = layers.reduce((sum, { name, shape }) => {
    // The lowest trained layer's own inputs need no gradient where nothing below it is trained; a few per cent, left out.
    const passes = 1 + (layerOf(name) >= lowest ? 1 : 0) + (moves(name) ? 1 : 0);
    return sum + 2 * passes * elementCount(shape) * tokens;
  }, 0);
  const headName = arch.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
  const head = 2 * arch.vocab_size * arch.hidden_size;
  return body + head * (projected * (moves(headName) ? 3 : 2) + teacherProjected);
}

function layerOf(name: string): number {
  return Number(/\.layers\.(\d+)\./.exec(name)?.[1] ?? Infinity);
}
