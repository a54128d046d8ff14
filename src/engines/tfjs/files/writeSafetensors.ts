import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

export interface TensorToWrite {
  readonly name: string;
  readonly shape: readonly number[];
  /** Asked for when its turn comes, so that one tensor at a time is copied. */
  values(): Float32Array;
}

/**
 * Writes float32 tensors as safetensors: 8-byte little-endian header length, JSON header padded with spaces to 8 bytes, data.
 * Synced to disk; not atomic (write into a folder that is renamed afterwards).
 * @returns bytes written
 */
export function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Record<string, string> = {},
): number {
  const header = encodeHeader(tensors, metadata);
  const handle = openSync(path, 'w');
  try {
    let bytes = writeAll(handle, header);
    for (const tensor of tensors) {
      const values = tensor.values();
      bytes += writeAll(handle, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    fsyncSync(handle);
    return bytes;
  } finally {
    closeSync(handle);
  }
}

function encodeHeader(tensors: readonly TensorToWrite[], metadata: Record<string, string>): Uint8Array {
  const entries: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape } of tensors) {
    const bytes = shape.reduce((product, size) => product * size, 4);
    entries[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const json = Buffer.from(JSON.stringify(entries), 'utf8');
  const length = Math.ceil(json.length / 8) * 8;
  const header = Buffer.alloc(8 + length, 0x20);
  header.writeBigUInt64LE(BigInt(length));
  json.copy(header, 8);
  return header;
}

function writeAll(handle: number, bytes: Uint8Array): number {
  let done = 0;
  while (done < bytes.length) done += writeSync(handle, bytes, done, bytes.length - done);
  return done;
}
