import * as z from 'zod';
import type { DataFacts, OverlapFacts, TokenFacts } from '../config/facts.ts';
import { deferred } from '../protocol/deferred.ts';

/** What is kept on disk, by the word in its file's name. */
export interface KeptTable {
  /** Of a file's content, hexadecimal; kept under the file's path and stamp. */
  readonly hash: string;
  readonly data: DataFacts;
  readonly tokens: TokenFacts;
  readonly overlap: OverlapFacts;
}

const count = deferred(() => z.number().int().nonnegative());
const place = deferred(() => z.object({ line: count }));
const pair = deferred(() => z.object({ line: count, earlier: count }).exactOptional());
const message = deferred(() => z.object({ line: count, message: z.string() }).exactOptional());
const share = deferred(() => z.number().min(0).max(1));

/** What somebody else has written into the folder is not believed. */
export const KEPT_SHAPES: { readonly [Kind in keyof KeptTable]: z.ZodType<KeptTable[Kind]> } = {
  hash: deferred(() => z.string().regex(/^[0-9a-f]{64}$/)),
  data: deferred(() =>
    z.object({
      sha256: z.string(),
      bytes: count,
      rows: count,
      kinds: z.object({ text: count, completion: count, question: count, chat: count }),
      several_turns: count,
      first_several_turns: place.exactOptional(),
      unreadable: count,
      first_unreadable: message,
      not_utf8: count,
      first_not_utf8: place.exactOptional(),
      duplicates: count,
      first_duplicate: pair,
      contradictions: count,
      first_contradiction: pair,
      majority: z.object({ answer: z.string(), share }).exactOptional(),
      problem: z.string().exactOptional(),
    }),
  ),
  tokens: deferred(() =>
    z
      .object({
        rows: count,
        unwordable: count,
        first_unwordable: message,
        lengths: z.array(count),
        first_counted: z.array(count),
        counted: z.array(count),
        lines: z.array(count),
        empty_completions: count,
        first_empty_completion: place.exactOptional(),
        without_end: count,
        first_without_end: place.exactOptional(),
        shared_prefix: share,
        problem: z.string().exactOptional(),
      })
      .refine(({ lengths, first_counted, counted, lines }) =>
        [first_counted, counted, lines].every((column) => column.length === lengths.length),
      ),
  ),
  overlap: deferred(() =>
    z.object({ shared: count, first: z.object({ line: count, other: count }).exactOptional() }),
  ),
};
