import { exp1, exp4 } from './math';
import { logSumExp } from './softmax';

/**
 * Writes log(sum(exp(logits))) of every row to lse [rows] and returns the sum over rows of lse - logits[label], in double
 * precision.
 */
export function crossEntropyForward(logits: usize, labels: usize, lse: usize, rows: i32, vocab: i32): f64 {
  const stride = (<usize>vocab) << 2;
  let total: f64 = 0;
  for (let r = 0; r < rows; r++) {
    const row = logits + <usize>r * stride;
    const logSum = logSumExp(row, vocab, 1);
    store<f32>(lse + ((<usize>r) << 2), <f32>logSum);
    const label = load<i32>(labels + ((<usize>r) << 2));
    total += logSum - <f64>load<f32>(row + ((<usize>label) << 2));
  }
  return total;
}

/** dlogits = (softmax(logits) - onehot(label)) * factor. */
export function crossEntropyBackward(logits: usize, labels: usize, lse: usize, dlogits: usize, rows: i32, vocab: i32, factor: f32): void {
  const stride = (<usize>vocab) << 2;
  const whole = vocab & ~3;
  const f = f32x4.splat(factor);
  for (let r = 0; r < rows; r++) {
    const row = logits + <usize>r * stride;
    const to = dlogits + <usize>r * stride;
    const logSum = load<f32>(lse + ((<usize>r) << 2));
    const shift = f32x4.splat(logSum);
    let i = 0;
    for (; i < whole; i += 4) {
      const at = (<usize>i) << 2;
      v128.store(to + at, f32x4.mul(exp4(f32x4.sub(v128.load(row + at), shift)), f));
    }
    for (; i < vocab; i++) {
      const at = (<usize>i) << 2;
      store<f32>(to + at, exp1(load<f32>(row + at) - logSum) * factor);
    }
    const label = to + ((<usize>load<i32>(labels + ((<usize>r) << 2))) << 2);
    store<f32>(label, load<f32>(label) - factor);
  }
}
