import { axpy, dot, exp1, exp4 } from './math';

/**
 * Grouped-query attention on tensors as the projections leave them: q [batch, queries, heads, dim], k and v
 * [batch, keys, kvHeads, dim]. Query i sees keys 0 .. i + (keys - queries), so nothing above the diagonal is computed.
 * `mask` is 0 or points at additive scores [batch, keys]. Writes out [batch, queries, heads, dim] and the weights
 * [batch, heads, queries, keys] (0 where a key is not seen), which the gradient needs.
 */
export function attentionForward(
  q: usize, k: usize, v: usize, mask: usize, out: usize, weights: usize,
  batch: i32, queries: i32, keys: i32, heads: i32, kvHeads: i32, dim: i32,
): void {
  const scale = <f32>1.0 / sqrt<f32>(<f32>dim);
  const group = heads / kvHeads;
  const qStride = (<usize>(heads * dim)) << 2;
  const kStride = (<usize>(kvHeads * dim)) << 2;
  for (let b = 0; b < batch; b++) {
    const maskRow: usize = mask == 0 ? 0 : mask + ((<usize>(b * keys)) << 2);
    for (let h = 0; h < heads; h++) {
      const kHead = k + <usize>b * <usize>keys * kStride + ((<usize>((h / group) * dim)) << 2);
      const vHead = v + <usize>b * <usize>keys * kStride + ((<usize>((h / group) * dim)) << 2);
      for (let i = 0; i < queries; i++) {
        const head = <usize>(b * queries + i) * qStride + ((<usize>(h * dim)) << 2);
        const row = weights + ((<usize>((b * heads + h) * queries + i) * <usize>keys) << 2);
        const seen = i + 1 + keys - queries;
        scoreRow(q + head, kHead, kStride, maskRow, row, seen, dim, scale);
        softmaxRow(row, seen);
        memory.fill(row + ((<usize>seen) << 2), 0, (<usize>(keys - seen)) << 2);
        memory.fill(out + head, 0, (<usize>dim) << 2);
        for (let j = 0; j < seen; j++) axpy(load<f32>(row + ((<usize>j) << 2)), vHead + <usize>j * kStride, out + head, dim);
      }
    }
  }
}

/**
 * Gradients of attentionForward. `scratch` holds one row of `keys` floats. dk and dv must be zero on entry: several query heads
 * add into one key/value head.
 */
export function attentionBackward(
  q: usize, k: usize, v: usize, weights: usize, dout: usize, dq: usize, dk: usize, dv: usize, scratch: usize,
  batch: i32, queries: i32, keys: i32, heads: i32, kvHeads: i32, dim: i32,
): void {
  const scale = <f32>1.0 / sqrt<f32>(<f32>dim);
  const group = heads / kvHeads;
  const qStride = (<usize>(heads * dim)) << 2;
  const kStride = (<usize>(kvHeads * dim)) << 2;
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      const kvHead = <usize>b * <usize>keys * kStride + ((<usize>((h / group) * dim)) << 2);
      for (let i = 0; i < queries; i++) {
        const head = <usize>(b * queries + i) * qStride + ((<usize>(h * dim)) << 2);
        const row = weights + ((<usize>((b * heads + h) * queries + i) * <usize>keys) << 2);
        const seen = i + 1 + keys - queries;
        let mean: f32 = 0;
        for (let j = 0; j < seen; j++) {
          const gradient = dot(dout + head, v + kvHead + <usize>j * kStride, dim);
          store<f32>(scratch + ((<usize>j) << 2), gradient);
          mean += gradient * load<f32>(row + ((<usize>j) << 2));
        }
        memory.fill(dq + head, 0, (<usize>dim) << 2);
        for (let j = 0; j < seen; j++) {
          const weight = load<f32>(row + ((<usize>j) << 2));
          const dscore = weight * (load<f32>(scratch + ((<usize>j) << 2)) - mean) * scale;
          const key = kvHead + <usize>j * kStride;
          axpy(weight, dout + head, dv + key, dim);
          axpy(dscore, k + key, dq + head, dim);
          axpy(dscore, q + head, dk + key, dim);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function scoreRow(q: usize, k: usize, kStride: usize, mask: usize, row: usize, seen: i32, dim: i32, scale: f32): void {
  for (let j = 0; j < seen; j++) {
    let score = dot(q, k + <usize>j * kStride, dim) * scale;
    if (mask != 0) score += load<f32>(mask + ((<usize>j) << 2));
    store<f32>(row + ((<usize>j) << 2), score);
  }
}

// @ts-ignore: decorator
@inline
function softmaxRow(row: usize, n: i32): void {
  let largest = load<f32>(row);
  for (let j = 1; j < n; j++) largest = max<f32>(largest, load<f32>(row + ((<usize>j) << 2)));
  let sum: f32 = 0;
  const shift = f32x4.splat(largest);
  const whole = n & ~3;
  let j = 0;
  for (; j < whole; j += 4) {
    const at = row + ((<usize>j) << 2);
    v128.store(at, exp4(f32x4.sub(v128.load(at), shift)));
  }
  for (; j < n; j++) {
    const at = row + ((<usize>j) << 2);
    store<f32>(at, exp1(load<f32>(at) - largest));
  }
  for (j = 0; j < n; j++) sum += load<f32>(row + ((<usize>j) << 2));
  const inverse = <f32>1.0 / sum;
  for (j = 0; j < n; j++) {
    const at = row + ((<usize>j) << 2);
    store<f32>(at, load<f32>(at) * inverse);
  }
}
