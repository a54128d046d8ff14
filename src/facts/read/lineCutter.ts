import { createPieces, type Cutter, type OnRecord } from './cutter.ts';

const NEWLINE = 10;

/** Cuts at line ends; every line is told, blank ones too, but for the one after the last line end if it is empty. */
export function createLineCutter(onLine: OnRecord): Cutter {
  const line = createPieces(onLine);
  return {
    add: (chunk) => {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
        line.close(chunk.subarray(from, end));
        from = end + 1;
      }
      if (from < chunk.length) line.keep(chunk.subarray(from));
    },
    end: () => {
      if (!line.isEmpty()) line.close(Buffer.alloc(0));
    },
  };
}
