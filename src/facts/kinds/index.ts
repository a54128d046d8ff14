import type { FactKind } from '../../config/facts.ts';
import { data } from './data.ts';
import { device } from './device.ts';
import { disk } from './disk.ts';
import { knowledge } from './knowledge.ts';
import type { Kind } from './kind.ts';
import { model } from './model.ts';
import { overlap } from './overlap.ts';
import { tokens } from './tokens.ts';

/** Kinds that only somebody else in this process can answer (near.ts); all others are answered by looking around. */
export type NearKind = 'engines' | 'speed';

/** Every kind of fact that is found on this machine. A new one is a file beside this one, its line here, and its habits. */
export const KINDS: { readonly [Name in Exclude<FactKind, NearKind>]: Kind<Name> } = {
  data,
  tokens,
  overlap,
  model,
  knowledge,
  device,
  disk,
};
