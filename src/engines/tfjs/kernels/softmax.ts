import { exp1, exp4, sum4 } from './math';

/** The host's logarithm: AssemblyScript's own brings tables, and a data segment would overwrite the backend's memory. */
@external('env', 'log')
declare function log(x: f64): f64;

/** log(sum(exp(row * inverse))) of one row of `vocab` logits, in double precision. */
export function logSumExp(row: usize, vocab: i32, inverse: f32): f64 {
  const whole = vocab & ~3;
  let largest4 = f32x4.splat(-3.4e38);
  let i = 0;
  for (; i < whole; i += 4) largest4 = f32x4.max(largest4, v128.load(row + ((<usize>i) << 2)));
  let largest = max<f32>(
    max<f32>(f32x4.extract_lane(largest4, 0), f32x4.extract_lane(largest4, 1)),
    max<f32>(f32x4.extract_lane(largest4, 2), f32x4.extract_lane(largest4, 3)),
  );
  for (; i < vocab; i++) largest = max<f32>(largest, load<f32>(row + ((<usize>i) << 2)));
  const shift = f32x4.splat(largest);
  const factor = f32x4.splat(inverse);
  let sums = f32x4.splat(0);
  for (i = 0; i < whole; i += 4) {
    sums = f32x4.add(sums, exp4(f32x4.mul(f32x4.sub(v128.load(row + ((<usize>i) << 2)), shift), factor)));
  }
  let sum = <f64>sum4(sums);
  for (; i < vocab; i++) sum += <f64>exp1((load<f32>(row + ((<usize>i) << 2)) - largest) * inverse);
  return <f64>(largest * inverse) + log(sum);
}
