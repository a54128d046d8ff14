import { checkInput, ruleInput } from '../config/check.ts';
import type { Surroundings } from '../config/files.ts';
import { summaryOf } from '../config/summary.ts';
import type { ParsedConfig } from '../config/parse.ts';
import type { FactsService } from './service.ts';

/**
 * Has everything found out that rules and estimates ask about a config; what is known leads to further questions.
 * @param signal stops waiting; what is known by then counts
 */
export async function learnAbout(
  parsed: ParsedConfig,
  surroundings: Surroundings,
  facts: FactsService,
  signal?: AbortSignal,
): Promise<void> {
  do {
    const input = ruleInput(parsed, surroundings);
    checkInput(input);
    summaryOf(input);
  } while ((await facts.settle(signal)) && signal?.aborted !== true);
}
