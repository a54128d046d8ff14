/** A piece of a config that is meant to be JSON; `start` and `end` are offsets, end exclusive. */
export interface JsonToken {
  /**
   * sign: one of `{}[],:;=`; text: in quotes; open: a quote that its line never closes, with the rest of that line; comment: as in
   * JavaScript, which only whoever writes it takes for one; word: anything else without blanks.
   */
  readonly kind: 'sign' | 'text' | 'open' | 'comment' | 'word';
  readonly start: number;
  readonly end: number;
  readonly source: string;
}

// The first of these that fits; what YAML takes for a comment is none of anybody's business here, like blanks.
const TOKEN =
  /(?<skip>\s+|(?<=^|\s)#[^\n]*)|(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*')|(?<open>["'][^\n]*)|(?<sign>[{}[\],:;=])|(?<word>(?:[^\s{}[\],:;="']|:(?=\/\/))+(?:[ \t]+(?!\/[/*]|#)[^\s{}[\],:;="']+)*)/gy;

/** Whether a text is meant to be JSON: it opens a block with a key in double quotes, whatever comments stand before that. */
export function looksLikeJson(text: string): boolean {
  const begins: string[] = [];
  for (const { kind, source } of jsonTokens(text)) {
    if (kind === 'comment') continue;
    begins.push(source.charAt(0));
    if (begins.length === 2 || begins[0] !== '{') break;
  }
  return begins.join('') === '{"';
}

/** Total: every character belongs to a token or to what lies between them. */
export function* jsonTokens(text: string): Generator<JsonToken> {
  for (const { groups = {}, index, 0: matched } of text.matchAll(TOKEN)) {
    const kind = KINDS.find((name) => groups[name] !== undefined);
    const source = kind === 'comment' || kind === 'open' ? matched.trimEnd() : matched;
    if (kind !== undefined) yield { kind, start: index, end: index + source.length, source };
  }
}

/** The same text with blanks in the place of comments, so that all else stands where it stood. */
export function withoutComments(text: string): string {
  const parts: string[] = [];
  let end = 0;
  for (const token of commentsIn(text)) {
    parts.push(text.slice(end, token.start), token.source.replace(/[^\n]/g, ' '));
    end = token.end;
  }
  return parts.length === 0 ? text : [...parts, text.slice(end)].join('');
}

// As YAML reads them, quoted texts go on over line breaks, and a word may hold quotes and slashes.
const COMMENT =
  /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^']*(?:''[^']*)*'|(?<=^|\s)#[^\n]*|(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|[^\s{}[\],:"'/#][^\s{}[\],]*/g;

/** The comments as in JavaScript, in the order of the text; what looks like one inside a quoted text, of however many lines, is none. */
export function commentsIn(text: string): readonly JsonToken[] {
  // Most have none, and need not be read for that.
  if (!/\/[/*]/.test(text)) return [];
  return [...text.matchAll(COMMENT)].flatMap(({ groups = {}, index: start }) => {
    const source = groups['comment']?.trimEnd();
    return source === undefined ? [] : [{ kind: 'comment', start, end: start + source.length, source }];
  });
}

const KINDS = ['sign', 'text', 'open', 'comment', 'word'] as const;
