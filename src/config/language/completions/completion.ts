import type { TextEdit } from '../../problem.ts';
import { clampOffset, type Span } from '../span.ts';

/** One thing that could stand where somebody is writing. */
export interface Completion {
  readonly label: string;
  readonly kind: 'key' | 'value' | 'path' | 'group' | 'snippet' | 'code';
  /** Plain text, or with `isSnippet` the editor's snippet syntax; line breaks are `\n`, lines after the first indented as if it began a line. */
  readonly insert: string;
  readonly isSnippet: boolean;
  /** What it takes the place of: on one line, around the cursor. */
  readonly range: Span;
  /** What the text from the start of `range` to the cursor is held against. */
  readonly filter: string;
  /** A few words beside the label; plain text, may be empty. */
  readonly detail: string;
  /** Markdown of ours, in which words of other people are escaped; may be empty. */
  readonly documentation: string;
  /** The order: compared as text. */
  readonly sort: string;
  /** Whether something is to be completed right behind it: the value of a key, what a folder holds. */
  readonly goesOn: boolean;
  /** Changes elsewhere that it needs: a comma that is missing. */
  readonly also: readonly TextEdit[];
}

/** What varies from one completion to the next; the rest is `range` and what a plain word needs. */
export type Draft = Pick<Completion, 'label' | 'kind' | 'insert' | 'sort'> & Partial<Completion>;

export function complete(range: Span, draft: Draft): Completion {
  return {
    range,
    isSnippet: false,
    filter: draft.label,
    detail: '',
    documentation: '',
    goesOn: false,
    also: [],
    ...draft,
  };
}

/** `text` where a snippet would read its signs as its own. */
export function inSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** Sorts by `rank`, then by `index`. */
export function order(rank: number, index: number): string {
  return `${rank}${String(index).padStart(4, '0')}`;
}

/** A comma behind what stands before the cursor. */
export function commaAt(text: string, offset: number | undefined): readonly TextEdit[] {
  if (offset === undefined) return [];
  // Only offset and length count in an edit.
  return [{ range: { offset: clampOffset(text, offset), length: 0, line: 1, column: 1 }, replacement: ',' }];
}
