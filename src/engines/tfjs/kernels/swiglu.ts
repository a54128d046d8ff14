import { exp4 } from './math';

/** 1 / (1 + exp(-x)) of four lanes. */
// @ts-ignore: decorator
@inline
function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/** out = gate * sigmoid(gate) * up. Tensors are padded by the allocator to 16 bytes, the last lanes are written one by one. */
export function swigluForward(gate: usize, up: usize, out: usize, count: i32): void {
  const whole = count & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    const at = (<usize>i) << 2;
    const g = v128.load(gate + at);
    v128.store(out + at, f32x4.mul(f32x4.mul(g, sigmoid4(g)), v128.load(up + at)));
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2;
    const g = load<f32>(gate + at);
    store<f32>(out + at, g * f32x4.extract_lane(sigmoid4(f32x4.splat(g)), 0) * load<f32>(up + at));
  }
}

/** With s = sigmoid(gate): dgate = dy up (s + gate s (1 - s)), dup = dy gate s. */
export function swigluBackward(gate: usize, up: usize, dy: usize, dgate: usize, dup: usize, count: i32): void {
  const one = f32x4.splat(1);
  const whole = count & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    const at = (<usize>i) << 2;
    const g = v128.load(gate + at);
    const d = v128.load(dy + at);
    const s = sigmoid4(g);
    const gs = f32x4.mul(g, s);
    v128.store(dup + at, f32x4.mul(d, gs));
    const slope = f32x4.add(s, f32x4.mul(gs, f32x4.sub(one, s)));
    v128.store(dgate + at, f32x4.mul(f32x4.mul(d, v128.load(up + at)), slope));
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2;
    const g = load<f32>(gate + at);
    const d = load<f32>(dy + at);
    const s = f32x4.extract_lane(sigmoid4(f32x4.splat(g)), 0);
    store<f32>(dup + at, d * g * s);
    store<f32>(dgate + at, d * load<f32>(up + at) * (s + g * s * (<f32>1 - s)));
  }
}
