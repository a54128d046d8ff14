import type { FactKind } from '../facts.ts';
import type { RuleInput } from '../rules/rule.ts';

/** What a hint is about: each kind can be switched off. */
export type HintKind =
  'data' | 'tokens' | 'steps' | 'batch' | 'defaults' | 'parameters' | 'memory' | 'time' | 'knowledge';

/** A few words that are shown in the config behind what they are about. */
export interface Hint {
  readonly kind: HintKind;
  /** Where they stand, in UTF-16 code units of the text: behind a value, before a comment. */
  readonly offset: number;
  /** Short: editors cut what stands in one line after 43 characters in all, unless told otherwise. */
  readonly text: string;
  /** Plain sentences: where the number comes from, and how sure it is. */
  readonly tooltip: string;
  /** Whether it is still being found out: the text says so, and another one follows. */
  readonly isPending?: true;
}

export interface HintInput extends RuleInput {
  /** Whether facts of that kind were asked for and are being found out; without it nothing is. */
  readonly isPending?: (kind: FactKind) => boolean;
}

/** One kind of hint. Pure; what is not known shows nothing. */
export interface HintSource {
  readonly kind: HintKind;
  /** For the settings that switch it off: what it shows. */
  readonly what: string;
  of(input: HintInput): Hint[];
}
