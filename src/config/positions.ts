import type { ModelFacts } from './facts.ts';
import { isBlock, valueAt, type Block } from './path.ts';

/** How many tokens a model can tell the places of. */
export interface Positions {
  readonly count: number;
  /** Whether each place has a learned vector of its own (GPT-2, OPT), so that beyond them nothing can be computed at all. */
  readonly isTable: boolean;
}

/** undefined where the model says nothing, or needs no such number (ALiBi). */
export function positionsOf({ config, tensors }: ModelFacts): Positions | undefined {
  if (!isBlock(config)) return undefined;
  const decoder = isBlock(config.text_config) ? config.text_config : config;
  const trained = NAMES.map((name) => valueAt(decoder, [name])).find((count) => typeof count === 'number');
  if (trained === undefined) return undefined;
  const isTable =
    tensors.some(({ name }) => TABLE.test(name)) || TABLE_MODELS.has(String(decoder.model_type));
  return { count: isTable ? trained : Math.max(trained, stretched(decoder, trained)), isTable };
}

const NAMES = ['max_position_embeddings', 'n_positions'];
const TABLE = /(^|\.)(wpe|embed_positions|position_embeddings)\.weight$/;
/** Where there are no weights to look at. */
const TABLE_MODELS: ReadonlySet<string> = new Set(['gpt2', 'gpt_neo', 'gpt_bigcode', 'opt', 'biogpt']);

/** Rotary positions that are stretched by a factor reach that much further (transformers, modeling_rope_utils). */
function stretched(decoder: Block, trained: number): number {
  const rope = decoder.rope_parameters ?? decoder.rope_scaling;
  const factor = valueAt(rope, ['factor']);
  const original = valueAt(rope, ['original_max_position_embeddings']);
  return typeof factor === 'number' ? factor * (typeof original === 'number' ? original : trained) : trained;
}
