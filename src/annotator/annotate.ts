import { checkInput, ruleInput } from '../config/check.ts';
import { NO_FACTS, type FactKind, type Facts } from '../config/facts.ts';
import type { Surroundings } from '../config/files.ts';
import { hintsOf } from '../config/hints/index.ts';
import { foldsOf, linksOf, symbolsOf } from '../config/language/index.ts';
import { parseConfigText } from '../config/parse.ts';
import type { Annotations, OpenDocument, Setup } from './messages.ts';
import { told } from './told.ts';

/**
 * Longer texts are no configs that somebody wrote by hand: their outline stays at the top level, because the editor's own
 * bookkeeping of a thousand entries is what would stand still.
 */
const LONG_TEXT = 256_000;
const FOLDS_OF_LONG_TEXT = 100;

/** Everything that stands beside a config's text. @param isBusy whether facts are being found out */
export function annotate(
  { uri, version, language, text }: OpenDocument,
  around: Surroundings,
  setup: Setup,
  isBusy: () => boolean,
): Annotations {
  const parsed = parseConfigText(text);
  const unanswered = new Set<FactKind>();
  const input = ruleInput(parsed, { ...around, facts: noting(around.facts ?? NO_FACTS, unanswered) });
  const problems = told(checkInput(input), setup, language);
  const isPending = isBusy();
  const isLong = text.length > LONG_TEXT;
  return {
    uri,
    version,
    problems,
    hints: hintsOf({ ...input, isPending: (kind) => isPending && unanswered.has(kind) }),
    symbols: isLong ? symbolsOf(parsed).map((symbol) => ({ ...symbol, children: [] })) : symbolsOf(parsed),
    folds: foldsOf(parsed).slice(0, isLong ? FOLDS_OF_LONG_TEXT : undefined),
    links: linksOf(parsed, around),
    isPending,
  };
}

/** The same facts; kinds of which something was asked and is not known yet are put down in `unanswered`. */
function noting(facts: Facts, unanswered: Set<FactKind>): Facts {
  return (kind, ask) => {
    const answer = facts(kind, ask);
    if (answer === undefined) unanswered.add(kind);
    return answer;
  };
}
