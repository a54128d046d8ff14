import { dot } from './math';

/** out = x / sqrt(mean(x^2) + eps) * weight, rows of `width`. */
export function rmsNormForward(x: usize, weight: usize, out: usize, rows: i32, width: i32, eps: f32): void {
  const stride = (<usize>width) << 2;
  const whole = width & ~3;
  for (let r = 0; r < rows; r++) {
    const from = x + <usize>r * stride;
    const to = out + <usize>r * stride;
    const inverse = <f32>1.0 / sqrt<f32>(dot(from, from, width) / <f32>width + eps);
    const factor = f32x4.splat(inverse);
    let i = 0;
    for (; i < whole; i += 4) {
      const at = (<usize>i) << 2;
      v128.store(to + at, f32x4.mul(f32x4.mul(v128.load(from + at), factor), v128.load(weight + at)));
    }
    for (; i < width; i++) {
      const at = (<usize>i) << 2;
      store<f32>(to + at, load<f32>(from + at) * inverse * load<f32>(weight + at));
    }
  }
}

/**
 * With n = 1 / sqrt(mean(x^2) + eps) and g = dy * weight: dx = n g - x n^3 mean(g x), dweight = sum over rows of dy x n.
 * dweight must be zero on entry.
 */
export function rmsNormBackward(
  x: usize,
  weight: usize,
  dy: usize,
  dx: usize,
  dweight: usize,
  rows: i32,
  width: i32,
  eps: f32,
): void {
  const stride = (<usize>width) << 2;
  for (let r = 0; r < rows; r++) {
    const from = x + <usize>r * stride;
    const grad = dy + <usize>r * stride;
    const to = dx + <usize>r * stride;
    const n = <f32>1.0 / sqrt<f32>(dot(from, from, width) / <f32>width + eps);
    let inner: f32 = 0;
    for (let i = 0; i < width; i++) {
      const at = (<usize>i) << 2;
      const d = load<f32>(grad + at);
      const value = load<f32>(from + at);
      inner += d * load<f32>(weight + at) * value;
      store<f32>(dweight + at, load<f32>(dweight + at) + d * value * n);
    }
    const pull = (n * n * n * inner) / <f32>width;
    for (let i = 0; i < width; i++) {
      const at = (<usize>i) << 2;
      store<f32>(to + at, load<f32>(grad + at) * load<f32>(weight + at) * n - load<f32>(from + at) * pull);
    }
  }
}
