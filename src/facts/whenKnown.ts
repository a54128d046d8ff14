import type { FactsService } from './service.ts';

/**
 * What `look` says when all is known that it asks for: it is called again and again while more is found out, because what is known
 * leads to further questions.
 * @param signal stops waiting; what is known by then counts
 */
export async function whenKnown<Result>(
  look: () => Result,
  facts: FactsService,
  signal?: AbortSignal,
): Promise<Result> {
  for (;;) {
    const seen = look();
    const isNew = await facts.settle(signal);
    if (signal?.aborted === true) return look();
    if (!isNew) return seen;
  }
}
