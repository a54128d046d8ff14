import type { FactKind } from '../config/facts.ts';
import { createAccess } from './access.ts';
import type { Finder, Finding, Watch } from './finder.ts';
import { pathsOf } from './habits.ts';
import { createHashes } from './hashes.ts';
import { createKept, KEEPS_NOTHING } from './kept.ts';
import { KINDS } from './kinds/index.ts';
import type { FindContext, Kind, LookContext } from './kinds/kind.ts';
import { createPace } from './pace.ts';
import type { FactsRequest, Question } from './question.ts';
import { createTokenizers } from './tokenizers.ts';

/** A file that changes while it is read is read again, but not for ever: some are being written for hours. */
const MAX_READINGS = 3;

/** Finds things out in this very thread, a few milliseconds at a time. */
export function findHere(): Finder {
  const [hashes, tokenizers] = [createHashes(), createTokenizers()];
  const look = ({ question, environment }: FactsRequest, context: LookContext): string | undefined => {
    const kind = kindOf(question);
    if (kind === undefined || !pathsOf(question).every(context.access.mayOpen)) return undefined;
    const identity = kind.identify(question.ask, context);
    return identity === undefined ? undefined : `${environment.isTrusted} ${identity}`;
  };
  const around = ({ environment }: FactsRequest): LookContext => ({
    access: createAccess(environment),
    environment,
    tokenizers,
  });
  const find = async (request: FactsRequest, watch: Watch): Promise<Finding> => {
    const { cacheFolder } = request.environment;
    const kept = cacheFolder === undefined ? KEEPS_NOTHING : createKept(cacheFolder);
    const context: FindContext = { ...around(request), kept, hashes, pace: createPace(watch) };
    for (let reading = 1; ; reading++) {
      const identity = look(request, context);
      if (identity === undefined) return { answer: undefined, identity };
      const answer = await kindOf(request.question)?.find(request.question.ask, context);
      // The last answer is as good as any, and by its identity the next look will see that there is a newer one.
      if (reading === MAX_READINGS || look(request, context) === identity) return { answer, identity };
    }
  };
  return {
    identify: (request) => Promise.resolve().then(() => look(request, around(request))),
    find,
    dispose: () => undefined,
  };
}

/** undefined for kinds that are not found by looking around. */
function kindOf({ kind }: Question): Kind<FactKind> | undefined {
  return (KINDS as Partial<Record<FactKind, unknown>>)[kind] as Kind<FactKind> | undefined;
}
