import { distance } from 'fastest-levenshtein';

/** Short words share letters by accident; only longer ones may match by containing each other. */
const SHORTEST_CONTAINED = 4;

/** The candidate that `word` most likely was meant to be; undefined if none is near. Case, `-` and `_` do not count. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  return nearestFew(word, candidates, 1)[0];
}

/** At most `most` candidates that `word` may have been meant to be, the likeliest first. */
export function nearestFew(word: string, candidates: readonly string[], most: number): string[] {
  const wanted = bare(word);
  // Levenshtein's cost is the product of the lengths: text of any length may stand where a key is expected.
  if (wanted.length === 0 || wanted.length > 100) return [];
  return candidates
    .map((candidate) => ({ candidate, far: farness(wanted, bare(candidate)) }))
    .filter(({ far }) => far <= 1)
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** 0 = the same, up to 1 = near enough. More than one edit per three letters is another word; swapped letters are two. */
function farness(wanted: string, candidate: string): number {
  const edits = distance(wanted, candidate);
  const allowed = Math.ceil(Math.max(wanted.length, candidate.length) / 3);
  const contained =
    Math.min(wanted.length, candidate.length) >= SHORTEST_CONTAINED &&
    (wanted.includes(candidate) || candidate.includes(wanted));
  return contained ? Math.min(1, edits / allowed) : edits / allowed;
}

function bare(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}
