const UTF_16 = 'is written in UTF-16, and rows are read as UTF-8: save it as UTF-8';

/** First bytes of what data files are sometimes given as, and what to do; follows the file's name. */
const SIGNATURES: readonly (readonly [bytes: readonly number[], advice: string])[] = [
  [[0xff, 0xfe], UTF_16],
  [[0xfe, 0xff], UTF_16],
  // Without a byte order mark: a bracket of a record or an array, and the other half of it.
  ...[
    [0x7b, 0x00],
    [0x5b, 0x00],
    [0x00, 0x7b],
    [0x00, 0x5b],
  ].map((bytes) => [bytes, UTF_16] as const),
  [[0x1f, 0x8b], 'is compressed (gzip), and rows are read as plain text: unpack it'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'is compressed (zstd), and rows are read as plain text: unpack it'],
  [[0x50, 0x4b, 0x03, 0x04], 'is an archive (zip), and rows are read as plain text: unpack it'],
  [[0x50, 0x41, 0x52, 0x31], 'is a Parquet file: write its rows as JSON Lines, one record a line'],
  [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], 'is an Arrow file: write its rows as JSON Lines, one record a line'],
];

/** Why a file without a single row has none, where its first bytes tell; half a sentence with its cure. */
export function foreignFormat(beginning: Uint8Array): string | undefined {
  const found = SIGNATURES.find(([bytes]) => bytes.every((byte, index) => beginning[index] === byte));
  return found?.[1];
}
