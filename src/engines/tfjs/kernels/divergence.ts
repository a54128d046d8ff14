import { exp1, exp4, sum4 } from './math';
import { logSumExp } from './softmax';

/** out = logits * inverse - log(sum(exp(logits * inverse))), row by row; `inverse` is 1 / temperature. */
export function logSoftmaxRows(logits: usize, out: usize, rows: i32, vocab: i32, inverse: f32): void {
  const stride = (<usize>vocab) << 2;
  const whole = vocab & ~3;
  const factor = f32x4.splat(inverse);
  for (let r = 0; r < rows; r++) {
    const row = logits + <usize>r * stride;
    const to = out + <usize>r * stride;
    const logSum = <f32>logSumExp(row, vocab, inverse);
    const shift = f32x4.splat(logSum);
    let i = 0;
    for (; i < whole; i += 4) {
      const at = (<usize>i) << 2;
      v128.store(to + at, f32x4.sub(f32x4.mul(v128.load(row + at), factor), shift));
    }
    for (; i < vocab; i++) {
      const at = (<usize>i) << 2;
      store<f32>(to + at, load<f32>(row + at) * inverse - logSum);
    }
  }
}

/**
 * Writes the student's log(sum(exp(logits * inverse))) to lse [rows] and returns the sum over rows of
 * sum(exp(teacher) * (teacher - student)), both log-probabilities. The student's are made by the very steps of logSoftmaxRows,
 * so that equal logits give exactly 0.
 */
export function divergenceForward(logits: usize, teacher: usize, lse: usize, rows: i32, vocab: i32, inverse: f32): f64 {
  const stride = (<usize>vocab) << 2;
  const whole = vocab & ~3;
  const factor = f32x4.splat(inverse);
  let total: f64 = 0;
  for (let r = 0; r < rows; r++) {
    const row = logits + <usize>r * stride;
    const from = teacher + <usize>r * stride;
    const logSum = <f32>logSumExp(row, vocab, inverse);
    store<f32>(lse + ((<usize>r) << 2), logSum);
    const shift = f32x4.splat(logSum);
    let sums = f32x4.splat(0);
    let i = 0;
    for (; i < whole; i += 4) {
      const at = (<usize>i) << 2;
      const wanted = v128.load(from + at);
      const said = f32x4.sub(f32x4.mul(v128.load(row + at), factor), shift);
      sums = f32x4.add(sums, f32x4.mul(exp4(wanted), f32x4.sub(wanted, said)));
    }
    let sum = <f64>sum4(sums);
    for (; i < vocab; i++) {
      const at = (<usize>i) << 2;
      const wanted = load<f32>(from + at);
      sum += <f64>(exp1(wanted) * (wanted - (load<f32>(row + at) * inverse - logSum)));
    }
    total += sum;
  }
  return total;
}

/** dlogits = (softmax(logits * inverse) - exp(teacher)) * factor. */
export function divergenceBackward(logits: usize, teacher: usize, lse: usize, dlogits: usize, rows: i32, vocab: i32, inverse: f32, factor: f32): void {
  const stride = (<usize>vocab) << 2;
  const whole = vocab & ~3;
  const inverse4 = f32x4.splat(inverse);
  const factor4 = f32x4.splat(factor);
  for (let r = 0; r < rows; r++) {
    const row = logits + <usize>r * stride;
    const from = teacher + <usize>r * stride;
    const to = dlogits + <usize>r * stride;
    const logSum = load<f32>(lse + ((<usize>r) << 2));
    const shift = f32x4.splat(logSum);
    let i = 0;
    for (; i < whole; i += 4) {
      const at = (<usize>i) << 2;
      const student = exp4(f32x4.sub(f32x4.mul(v128.load(row + at), inverse4), shift));
      v128.store(to + at, f32x4.mul(f32x4.sub(student, exp4(v128.load(from + at))), factor4));
    }
    for (; i < vocab; i++) {
      const at = (<usize>i) << 2;
      const student = exp1(load<f32>(row + at) * inverse - logSum);
      store<f32>(to + at, (student - exp1(load<f32>(from + at))) * factor);
    }
  }
}
