/** Cuts a stream of bytes into records. */
export interface Cutter {
  readonly add: (chunk: Buffer) => void;
  /** There are no more bytes. */
  readonly end: () => void;
}

/** No row is that long; what is cannot be held in memory together with all that is made of it. */
export const MAX_RECORD_BYTES = 16e6;

/** A record's bytes, only good until this returns; undefined for more than MAX_RECORD_BYTES. `length` is in bytes. */
export type OnRecord = (bytes: Buffer | undefined, length: number) => void;

/** Puts a record together that reaches over the edges of chunks. */
export interface Pieces {
  /** Some of it, and more will follow. */
  readonly keep: (piece: Buffer) => void;
  /** The rest of it. */
  readonly close: (piece: Buffer) => void;
  readonly isEmpty: () => boolean;
}

export function createPieces(onRecord: OnRecord): Pieces {
  let kept: Buffer[] = [];
  let length = 0;
  return {
    keep: (piece) => {
      length += piece.length;
      if (length > MAX_RECORD_BYTES) kept = [];
      else kept.push(Buffer.from(piece));
    },
    close: (piece) => {
      const whole = length + piece.length;
      const bytes = length === 0 ? piece : Buffer.concat([...kept, piece]);
      // Before the record is told: whoever is told may stop everything.
      kept = [];
      length = 0;
      onRecord(whole > MAX_RECORD_BYTES ? undefined : bytes, whole);
    },
    isEmpty: () => length === 0,
  };
}
