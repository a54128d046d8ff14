import { completionsAt, type Completion, type CompletionInput } from '../../../src/config/language/index.ts';
import { applyEdits } from '../../../src/config/problem.ts';
import { surroundingsOf } from '../rules/world.ts';

/** Where the cursor is in the texts of these tests. */
const CURSOR = '‸';

export interface Typed {
  readonly text: string;
  readonly offset: number;
}

/** `text` without the cursor in it, and where that was. */
export function typed(text: string): Typed {
  const offset = text.indexOf(CURSOR);
  if (offset === -1) throw new Error(`no ${CURSOR} in ${text}`);
  return { text: text.slice(0, offset) + text.slice(offset + CURSOR.length), offset };
}

/** What is offered at the cursor of `text`. */
export function offered(text: string, input: Partial<CompletionInput> = {}): Completion[] {
  return completionsAt({ ...typed(text), surroundings: surroundingsOf(), ...input });
}

/** The text after one of the completions was taken, as an editor does it: stops have their defaults, lines the indentation of the first. */
export function accept({ text }: Typed, { insert, isSnippet, range, also }: Completion): string {
  const lineStart = text.slice(0, range.offset).lastIndexOf('\n') + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const words = isSnippet ? expanded(insert) : insert;
  const replacement = words.replaceAll('\n', `\n${indent}`);
  return applyEdits(text, [...also, { range: { ...range, line: 1, column: 1 }, replacement }]);
}

/** A snippet as it looks before anything is filled in. */
function expanded(snippet: string): string {
  return snippet.replace(
    /\\([\\$}])|\$\{\d+:((?:\\.|[^}\\])*)\}|\$\d/g,
    (_, sign: string | undefined, standard: string | undefined) =>
      sign ?? (standard ?? '').replace(/\\([\\$}])/g, '$1'),
  );
}

export function labels(completions: readonly Completion[]): string[] {
  return completions.map(({ label }) => label);
}
