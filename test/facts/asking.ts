import type { Answer, Ask, FactKind } from '../../src/config/facts.ts';
import { findHere } from '../../src/facts/findHere.ts';
import type { Finder } from '../../src/facts/finder.ts';
import {
  createFacts,
  type FactsEnvironment,
  type FactsOptions,
  type FactsService,
} from '../../src/facts/service.ts';

/** A window that is trusted, keeps nothing and knows of no runs. */
export const TRUSTED: FactsEnvironment = {
  isTrusted: true,
  workspaceFolders: [],
  shippedFiles: [],
  roots: [],
  cacheFolder: undefined,
};

export function service(
  instead: Partial<FactsEnvironment> = {},
  { finder = findHere(), ...options }: Partial<FactsOptions> & { readonly finder?: Finder } = {},
): FactsService {
  const environment = (): FactsEnvironment => ({ ...TRUSTED, ...instead });
  return createFacts({ environment, findPython: undefined, speeds: () => [], ...options }, finder);
}

/** Asks, waits until everything is found out, and asks again. */
export async function answerTo<Kind extends FactKind>(
  kind: Kind,
  ask: Ask<Kind>,
  instead: Partial<FactsEnvironment> = {},
): Promise<Answer<Kind> | undefined> {
  const facts = service(instead);
  try {
    facts.facts(kind, ask);
    await facts.settle();
    return facts.facts(kind, ask);
  } finally {
    facts.dispose();
  }
}
