import type { Answer, Ask, FactKind } from '../../config/facts.ts';
import type { Access } from '../access.ts';
import type { Hashes } from '../hashes.ts';
import type { Kept } from '../kept.ts';
import type { Pace } from '../pace.ts';
import type { FactsEnvironment } from '../question.ts';
import type { Tokenizers } from '../tokenizers.ts';

/** What a quick look has. */
export interface LookContext {
  readonly access: Access;
  readonly environment: FactsEnvironment;
  readonly tokenizers: Tokenizers;
}

/** What a search has. */
export interface FindContext extends LookContext {
  readonly kept: Kept;
  readonly hashes: Hashes;
  readonly pace: Pace;
}

/** How one kind of question is answered. All paths of the question may be opened; whatever else is opened goes through `access`. */
export interface Kind<Name extends FactKind> {
  /** Changes whenever the answer may; undefined where nothing can be found out, such as of a missing file. */
  readonly identify: (ask: Ask<Name>, context: LookContext) => string | undefined;
  /** undefined, or rejects: there is no answer until the identity changes. */
  readonly find: (ask: Ask<Name>, context: FindContext) => Promise<Answer<Name> | undefined>;
}
