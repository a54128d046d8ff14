import { Composer, Lexer, Parser, type CST, type Document, type LineCounter, type YAMLError } from 'yaml';
import { MAX_NESTING } from '../protocol/limits.ts';
import { MAX_LEXEMES } from './limits.ts';

/** Something the `yaml` package refuses; offsets of the text, end exclusive. */
export type Complaint = Pick<YAMLError, 'code' | 'message' | 'pos'>;

export interface Composed {
  /** Root node; null for a text without any. */
  readonly contents: unknown;
  readonly complaints: readonly Complaint[];
}

/** The text is no config at `offset` and after. */
export interface Refused {
  /** Follows "The config". */
  readonly because: string;
  readonly offset: number;
}

/** The package's parser keeps the document and the word at hand on its stack, besides the blocks and lists around them. */
const MAX_STACK = MAX_NESTING + 2;

/**
 * YAML text to a tree of nodes with offsets. Fills `lineCounter`.
 *
 * Done by the package's own stages instead of by `parseDocument`, whose recursion over a text of 20,000 brackets does not
 * throw but aborts the process: the editor with it. And it hides a second document once its console output is silenced.
 */
export function compose(text: string, lineCounter: LineCounter): Composed | Refused {
  const tokens = tokensOf(text, lineCounter);
  if (!Array.isArray(tokens)) return tokens;
  const composer = new Composer({
    // Duplicates are found while reading the nodes: the package compares every key with every other one.
    uniqueKeys: false,
    resolveKnownTags: false,
    logLevel: 'silent',
  });
  const [first, second] = composer.compose(tokens, true, text.length);
  const complaints = [...(first?.errors ?? []), ...(first?.warnings ?? []), ...secondDocument(second)];
  return { contents: first?.contents ?? null, complaints };
}

function tokensOf(text: string, lineCounter: LineCounter): CST.Token[] | Refused {
  const parser = new Parser(lineCounter.addNewLine);
  const tokens: CST.Token[] = [];
  lineCounter.addNewLine(0);
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    count += 1;
    const because = excess(parser.stack.length, count);
    if (because !== undefined) return { because, offset: parser.offset - lexeme.length };
  }
  tokens.push(...parser.end());
  return tokens;
}

function excess(stack: number, lexemes: number): string | undefined {
  if (stack > MAX_STACK) return `is nested deeper than ${MAX_NESTING} levels`;
  return lexemes > MAX_LEXEMES ? `holds more than ${MAX_LEXEMES} words and signs` : undefined;
}

function secondDocument(document: Document.Parsed | undefined): Complaint[] {
  if (document === undefined) return [];
  const [start, end] = document.range;
  return [{ code: 'MULTIPLE_DOCS', message: 'a second document', pos: [start, end] }];
}
