/**
 * What the words of `freeze` mean, in the parameter names of transformers' causal language models. Llama and its relatives (Qwen,
 * Mistral, Gemma, OLMo, Granite ...) name every projection; GPT-2, GPT-NeoX, Falcon, BLOOM, MPT, OPT, GPT-J and Phi have names of their
 * own, and some keep several projections in one tensor. The torch engine has the same table (data/group_patterns.py): a test holds
 * the two against each other.
 */
const ATTENTION = String.raw`\.(?:self_attn|self_attention|linear_attn|attn|attention)\.(?:attention\.)?`;
const FFN = String.raw`(?:\.(?:mlp|ffn|feed_forward|block_sparse_moe)\.(?:\w+\.)*|\.layers\.\d+\.)`;
const QKV = 'c_attn|qkv_proj|query_key_value|Wqkv|qkv|in_proj_qkvz?';
const SHARED_KV = 'kv_a_proj_with_mqa|kv_b_proj|kv_proj';

const NORM = /(?:norm(?:_?\w)?|(?:^|\.)ln_\w+|layer_?norm_?\w*)\.(?:weight|bias)$/;

const GROUPS: Readonly<Record<string, RegExp>> = {
  embeddings: /(?:^|\.)(?:embed_tokens\w*|embed_positions|embed_in|wte|wpe|word_embeddings)\./,
  attention: new RegExp(ATTENTION),
  q: new RegExp(String.raw`${ATTENTION}(?:q_proj|q_a_proj|q_b_proj|query|wq)\.`),
  k: new RegExp(String.raw`${ATTENTION}(?:k_proj|key|wk)\.`),
  v: new RegExp(String.raw`${ATTENTION}(?:v_proj|value|wv)\.`),
  o: new RegExp(String.raw`${ATTENTION}(?:o_proj|out_proj|c_proj|dense|wo)\.`),
  ffn: /\.(?:mlp|ffn|feed_forward|block_sparse_moe)\.|\.layers\.\d+\.fc[12]\./,
  gate: new RegExp(String.raw`${FFN}(?:gate_proj|w1)(?:\.|$)`),
  up: new RegExp(String.raw`${FFN}(?:up_proj|c_fc|fc1|fc_in|dense_h_to_4h|w3)(?:\.|$)`),
  down: new RegExp(String.raw`${FFN}(?:down_proj|c_proj|fc2|fc_out|dense_4h_to_h|w2)(?:\.|$)`),
  norms: NORM,
  lm_head: /^(?:lm_head|embed_out)\./,
};

/** Tensors that hold what several words name, so that none of those words can be had alone. */
const FUSED: Readonly<Record<string, { readonly tensor: RegExp; readonly wider: string }>> = {
  q: { tensor: new RegExp(String.raw`${ATTENTION}(?:${QKV})\.`), wider: 'attention' },
  k: { tensor: new RegExp(String.raw`${ATTENTION}(?:${QKV}|${SHARED_KV})\.`), wider: 'attention' },
  v: { tensor: new RegExp(String.raw`${ATTENTION}(?:${QKV}|${SHARED_KV})\.`), wider: 'attention' },
  gate: { tensor: new RegExp(String.raw`${FFN}gate_up_proj(?:\.|$)`), wider: 'ffn' },
  up: { tensor: new RegExp(String.raw`${FFN}gate_up_proj(?:\.|$)`), wider: 'ffn' },
};

const LAYER = /(?:^|\.)(?:layers|h|blocks)\.(\d+)\./;

export const GROUP_NAMES: readonly string[] = Object.keys(GROUPS);

/**
 * Whether a parameter belongs to one of GROUP_NAMES. Biases follow their projection; norms inside of attention are norms. A tied head has
 * no parameter of its own: it is `embeddings`.
 */
export function isInGroup(group: string, name: string): boolean {
  if (group !== 'norms' && NORM.test(name)) return false;
  return GROUPS[group]?.test(name) === true;
}

/**
 * The first parameter that holds what `group` names together with something else, and the group that holds the whole of it; undefined
 * where there is none.
 */
export function fusedTensor(
  group: string,
  names: readonly string[],
): { readonly name: string; readonly wider: string } | undefined {
  const fused = Object.hasOwn(FUSED, group) ? FUSED[group] : undefined;
  const name = fused && names.find((candidate) => fused.tensor.test(candidate));
  return fused === undefined || name === undefined ? undefined : { name, wider: fused.wider };
}

/** Index of a parameter's layer, from 0; undefined outside of them. */
export function layerOf(name: string): number | undefined {
  const found = LAYER.exec(name)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Index of the last layer; 0 where there are none. */
export function lastLayer(names: readonly string[]): number {
  return names.reduce((last, name) => Math.max(last, layerOf(name) ?? 0), 0);
}
