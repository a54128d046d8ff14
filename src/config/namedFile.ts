import type { DataFacts, TokenFacts } from './facts.ts';
import type { Path } from './path.ts';

/** A data file that a config names. */
export interface NamedFile {
  /** Where the config names it. */
  readonly at: Path;
  /** Absolute. */
  readonly path: string;
  /** How often its rows appear per epoch; 1 for all but training files. */
  readonly weight: number;
  /** undefined: not known (yet), or nothing can be known, and then `data.problem` is of no use either. */
  readonly data: () => DataFacts | undefined;
  /** In the model's tokens; undefined where they cannot be known. */
  readonly tokens: () => TokenFacts | undefined;
}
