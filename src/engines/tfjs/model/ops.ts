import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

/**
 * The differentiable operations a decoder is made of. A backend either takes them composed from TensorFlow.js ops
 * (`composedOps`) or brings its own kernels; model, losses and training know only this interface.
 * Every result has a gradient with respect to every float argument, unless it says otherwise.
 */
export interface Ops {
  readonly name: string;
  /** Rows of `table` [vocab, hidden] at `ids` [n]: [n, hidden]. */
  embed(table: Tensor2D, ids: Tensor1D): Tensor2D;
  /** `x` [n, in] times `weight` [in, out], plus `bias` [out]: [n, out]. */
  linear(x: Tensor2D, weight: Tensor2D, bias?: Tensor1D): Tensor2D;
  /** `x` [n, in] times the transpose of `weight` [out, in]: [n, out]; the form of a head tied to the embedding. */
  linearTransposed(x: Tensor2D, weight: Tensor2D): Tensor2D;
  /** x / sqrt(mean(x^2) + eps) * weight over the last axis (Zhang & Sennrich 2019). */
  rmsNorm(x: Tensor2D, weight: Tensor1D, eps: number): Tensor2D;
  /** silu(gate) * up, all [n, inner] (Shazeer 2020). */
  swiglu(gate: Tensor2D, up: Tensor2D): Tensor2D;
  /** Rotates `x` [batch, time, heads, head_dim], halves against each other as Hugging Face does (Su et al. 2021). */
  rope(x: Tensor4D, tables: RopeTables): Tensor4D;
  /**
   * softmax(q k^T / sqrt(head_dim) + mask) v, heads side by side.
   * @param q [batch, queries, heads, head_dim]
   * @param k [batch, keys, kv_heads, head_dim]; kv_heads divides heads (grouped queries)
   * @param v as k
   * @param mask added to the scores, broadcast to [batch, heads, queries, keys]; 'causal' = query i sees keys 0..i
   * @returns [batch * queries, heads * head_dim]
   */
  attention(q: Tensor4D, k: Tensor4D, v: Tensor4D, mask: 'causal' | Tensor4D): Tensor2D;
  /** Sum over rows of -log softmax(logits)[label]; logits [n, vocab], labels int32 [n]. Nats, scalar. */
  crossEntropySum(logits: Tensor2D, labels: Tensor1D): Tensor;
  /**
   * Sum over rows of KL(p_teacher || p_student) at `temperature`, full vocabulary. Nats, scalar. No gradient for the teacher.
   * @param logits the student's, [n, vocab]
   * @param teacher its log-probabilities at the same temperature, [n, vocab]: what `logSoftmax` gives
   */
  divergenceSum(logits: Tensor2D, teacher: Tensor2D, temperature: number): Tensor;
  /** log softmax(logits / temperature) over rows, [n, vocab]; without a gradient. */
  logSoftmax(logits: Tensor2D, temperature: number): Tensor2D;
}

/** cos and sin of every position's angles, [batch or 1, time, 1, head_dim / 2]. */
export interface RopeTables {
  readonly cos: Tensor4D;
  readonly sin: Tensor4D;
}
