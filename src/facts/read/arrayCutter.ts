import { createPieces, type Cutter, type OnRecord } from './cutter.ts';

/** Cuts a JSON array into the texts of its items, with the white space around them. */
export interface ArrayCutter extends Cutter {
  /** Whether what was added is an array from `[` to `]`, if all its items are JSON. */
  readonly isWhole: () => boolean;
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN, CLOSE, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
/** White space of JSON, which is less than that of Unicode. */
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * Parsing an array as a whole takes many times its length in memory, and running out of it ends not only a thread but its whole
 * process. Items that are JSON, joined by commas within brackets, are JSON again, so nothing is lost by parsing one at a time.
 * An array without items has none; any other has one more than commas.
 */
export function createArrayCutter(onItem: OnRecord): ArrayCutter {
  let items = 0;
  const item = createPieces((bytes, length) => {
    items += 1;
    onItem(bytes, length);
  });
  // Of brackets that are open; one is the array's own.
  let depth = 0;
  let [isOver, isBroken, isText, isEscaped, isBlank] = [false, false, false, false, true];

  const outside = (byte: number): void => {
    if (!isOver && byte === OPEN) depth = 1;
    else if (!BLANKS.has(byte)) isBroken = true;
  };
  const inText = (byte: number): void => {
    if (isEscaped) isEscaped = false;
    else if (byte === BACKSLASH) isEscaped = true;
    else if (byte === QUOTE) isText = false;
  };
  /** @returns whether the item ends before this byte */
  const inItem = (byte: number): boolean => {
    if (depth === 1 && (byte === COMMA || byte === CLOSE || byte === CLOSE_OBJECT)) return true;
    if (byte === QUOTE) isText = true;
    else if (byte === OPEN || byte === OPEN_OBJECT) depth += 1;
    else if (byte === CLOSE || byte === CLOSE_OBJECT) depth -= 1;
    if (isBlank && !BLANKS.has(byte)) isBlank = false;
    return false;
  };
  const endItem = (rest: Buffer, byte: number): void => {
    isOver = byte !== COMMA;
    if (isOver) depth = 0;
    if (byte === CLOSE_OBJECT) isBroken = true;
    // `[]` holds nothing, `[1,]` something that is no JSON.
    if (!isOver || items > 0 || !isBlank) item.close(rest);
    isBlank = true;
  };
  return {
    add: (chunk) => {
      let from = 0;
      for (let at = 0; at < chunk.length && !isBroken; at++) {
        const byte = chunk[at] ?? 0;
        if (depth === 0) {
          outside(byte);
          from = at + 1;
        } else if (isText) inText(byte);
        else if (inItem(byte)) {
          endItem(chunk.subarray(from, at), byte);
          from = at + 1;
        }
      }
      if (depth > 0 && !isBroken) item.keep(chunk.subarray(from));
    },
    end: () => undefined,
    isWhole: () => isOver && !isBroken,
  };
}
