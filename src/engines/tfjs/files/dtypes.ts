import { assertNever } from '../../../base/assertNever.ts';

/** Stored element types this engine reads, with their size in bytes. */
export const DTYPES = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const;
export type DType = keyof typeof DTYPES;

/** Little-endian bytes as float32. */
export function toFloat32(bytes: Buffer, dtype: DType): Float32Array<ArrayBuffer> {
  // A copy, because typed arrays want aligned memory.
  const buffer = new Uint8Array(bytes).buffer;
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer));
    case 'BF16':
      return fromBfloat16(new Uint16Array(buffer));
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer), float16);
    default:
      return assertNever(dtype);
  }
}

/** bfloat16 is float32 without its lower 16 bits. */
function fromBfloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}

/** IEEE 754 binary16. */
function float16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}
