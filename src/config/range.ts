/** A stretch of the config's text. */
export interface Range {
  /** UTF-16 code units from the start of the text, a byte order mark not counted. */
  readonly offset: number;
  /** UTF-16 code units; 0 is a caret between two characters. */
  readonly length: number;
  /** 1-based line of `offset`. */
  readonly line: number;
  /** 1-based column of `offset`, in UTF-16 code units. */
  readonly column: number;
}

/** Where problems stand that no place in the text is to blame for. */
export const START: Range = { offset: 0, length: 0, line: 1, column: 1 };

/** The part of `range` on its first line: an underline over a whole block hides what is wrong with it. */
export function firstLine(text: string, range: Range): Range {
  const lineEnd = text.indexOf('\n', range.offset);
  const end = Math.min(range.offset + range.length, lineEnd === -1 ? text.length : lineEnd);
  return { ...range, length: text.slice(range.offset, end).trimEnd().length };
}
