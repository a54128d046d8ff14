import { axpy } from './math';

/** out[i] = table[ids[i]], rows of `width` floats. */
export function gatherRows(table: usize, ids: usize, out: usize, count: i32, width: i32): void {
  const stride = (<usize>width) << 2;
  for (let i = 0; i < count; i++) {
    memory.copy(out + <usize>i * stride, table + <usize>load<i32>(ids + ((<usize>i) << 2)) * stride, stride);
  }
}

/** out[ids[i]] += rows[i]; out must be zero on entry. */
export function scatterAddRows(rows: usize, ids: usize, out: usize, count: i32, width: i32): void {
  const stride = (<usize>width) << 2;
  for (let i = 0; i < count; i++) {
    axpy(1, rows + <usize>i * stride, out + <usize>load<i32>(ids + ((<usize>i) << 2)) * stride, width);
  }
}

/** out [columns, rows] = transpose of x [rows, columns], in 4 x 4 tiles. */
export function transpose2d(x: usize, out: usize, rows: i32, columns: i32): void {
  const from = (<usize>columns) << 2;
  const to = (<usize>rows) << 2;
  const tiledRows = rows & ~3;
  const tiledColumns = columns & ~3;
  for (let i = 0; i < tiledRows; i += 4) {
    for (let j = 0; j < tiledColumns; j += 4) {
      const source = x + <usize>i * from + ((<usize>j) << 2);
      const target = out + <usize>j * to + ((<usize>i) << 2);
      const a = v128.load(source);
      const b = v128.load(source + from);
      const c = v128.load(source + 2 * from);
      const d = v128.load(source + 3 * from);
      const ab0 = i32x4.shuffle(a, b, 0, 4, 1, 5);
      const ab1 = i32x4.shuffle(a, b, 2, 6, 3, 7);
      const cd0 = i32x4.shuffle(c, d, 0, 4, 1, 5);
      const cd1 = i32x4.shuffle(c, d, 2, 6, 3, 7);
      v128.store(target, i64x2.shuffle(ab0, cd0, 0, 2));
      v128.store(target + to, i64x2.shuffle(ab0, cd0, 1, 3));
      v128.store(target + 2 * to, i64x2.shuffle(ab1, cd1, 0, 2));
      v128.store(target + 3 * to, i64x2.shuffle(ab1, cd1, 1, 3));
    }
  }
  for (let i = 0; i < rows; i++) {
    for (let j = i < tiledRows ? tiledColumns : 0; j < columns; j++) {
      store<f32>(out + <usize>j * to + ((<usize>i) << 2), load<f32>(x + <usize>i * from + ((<usize>j) << 2)));
    }
  }
}
