/** What each word of `freeze` stands for; half a sentence. A test holds the table against the words there are. */
export const GROUP_MEANINGS: Readonly<Record<string, string>> = {
  embeddings: 'the table of tokens, and the head where it is tied to it',
  attention: 'all projections of the attention: q, k, v and o',
  q: 'query projections of the attention',
  k: 'key projections of the attention',
  v: 'value projections of the attention',
  o: 'output projections of the attention',
  ffn: 'all feed-forward projections: gate, up and down',
  gate: 'gate projections of the feed-forward part',
  up: 'up projections of the feed-forward part',
  down: 'down projections of the feed-forward part',
  norms: 'all norms, those of q and k too',
  lm_head: 'the head, where it is not tied to the embeddings',
};

/** Of a group, a range of layers or a pattern. */
export function groupMeaning(pattern: string): string {
  const word = Object.hasOwn(GROUP_MEANINGS, pattern) ? GROUP_MEANINGS[pattern] : undefined;
  if (word !== undefined) return word;
  return /^layers? \d/.test(pattern)
    ? 'all parameters of these layers, counted from 0'
    : 'a regular expression over parameter names';
}
