/**
 * Rotary positions on x [batch, time, heads, 2 * half]; cos and sin [tableBatch, time, half] with tableBatch 1 or batch.
 * direction 1 rotates, -1 rotates back (the gradient).
 */
export function rope(
  x: usize,
  cos: usize,
  sin: usize,
  out: usize,
  batch: i32,
  time: i32,
  heads: i32,
  half: i32,
  tableBatch: i32,
  direction: f32,
): void {
  const span = (<usize>half) << 2;
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < time; t++) {
      const table = <usize>((tableBatch == 1 ? 0 : b * time) + t) * span;
      for (let h = 0; h < heads; h++) {
        const head = <usize>((b * time + t) * heads + h) * span * 2;
        for (let i: usize = 0; i < span; i += 4) {
          const c = load<f32>(cos + table + i);
          const s = load<f32>(sin + table + i) * direction;
          const first = load<f32>(x + head + i);
          const second = load<f32>(x + head + span + i);
          store<f32>(out + head + i, first * c - second * s);
          store<f32>(out + head + span + i, second * c + first * s);
        }
      }
    }
  }
}
