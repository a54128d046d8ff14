/** A stretch of a text: UTF-16 code units from its start, a byte order mark not counted. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** The text that offsets count in. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** An offset inside the text: what lies beyond counts as its end. */
export function clampOffset(text: string, offset: number): number {
  return Number.isNaN(offset) ? 0 : Math.min(Math.max(0, Math.trunc(offset)), text.length);
}
