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
  const [line = ''] = text.slice(range.offset, range.offset + range.length).split(/\r?\n/, 1);
  return { ...range, length: line.length };
}
