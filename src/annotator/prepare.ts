import type { Surroundings } from '../config/files.ts';
import { ruleInput } from '../config/check.ts';
import { summaryOf } from '../config/summary.ts';
import { parseConfigText } from '../config/parse.ts';
import { resolveConfig } from '../config/resolve.ts';
import { whenKnown } from '../facts/whenKnown.ts';
import type { FactsService } from '../facts/service.ts';
import type { Prepared, Request } from './messages.ts';

/** Whoever starts a run waits so long for what is not known yet; the run itself finds it out in any case. */
const PATIENCE_MS = 1_500;

/** What a run of this config would be. */
export async function prepare(
  { text }: Extract<Request, { readonly kind: 'prepare' }>,
  surroundings: Surroundings,
  facts: FactsService,
): Promise<Prepared> {
  const parsed = parseConfigText(text);
  const look = (): Prepared => {
    const resolution = resolveConfig(text, surroundings);
    const isGood = resolution.config !== undefined;
    return { resolution, summary: isGood ? summaryOf(ruleInput(parsed, surroundings)) : undefined };
  };
  return whenKnown(look, facts, AbortSignal.timeout(PATIENCE_MS));
}
