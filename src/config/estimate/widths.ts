import type { ModelShape } from './shape.ts';

/** Numbers per token that the tensors of a layer have. */
export interface Widths {
  readonly hidden: number;
  /** All heads of the queries together. */
  readonly queries: number;
  /** All heads of the keys together; values have as many. */
  readonly keys: number;
  readonly inner: number;
  readonly heads: number;
  readonly vocab: number;
}

export function widthsOf(shape: ModelShape): Widths {
  return {
    hidden: shape.hidden_size,
    queries: shape.num_attention_heads * shape.head_dim,
    keys: shape.num_key_value_heads * shape.head_dim,
    inner: shape.intermediate_size,
    heads: shape.num_attention_heads,
    vocab: shape.vocab_size,
  };
}
