import type {
  NO_FACTS,
  Ask,
  DataFacts,
  FactKind,
  Facts,
  FactTable,
  ModelFacts,
  TokenFacts,
} from '../../../src/config/facts.ts';
import type { IFiles, Surroundings } from '../../../src/config/files.ts';
import type { Example, ExampleWorld } from '../../../src/config/rules/examples.ts';
import { FILES, FOLDER, HUB, LEAST } from '../configs.ts';

/** An example as a whole config. */
export function textOf({ text, isWhole }: Example): string {
  return isWhole === true ? text : LEAST + text;
}

/** What lies around the examples of rules: what they say of it, and that all else is well, or not known. */
export function surroundingsOf(world: ExampleWorld = {}): Surroundings {
  return { files: filesOf(world), hub: HUB, folder: FOLDER, facts: factsOf(world) };
}

function filesOf({ files = {}, models = {} }: ExampleWorld): IFiles {
  const folders = Object.keys(models).flatMap((name) => [
    [name, 'folder'] as const,
    [`${name}/config.json`, 'file'] as const,
  ]);
  const named = new Map([...folders, ...Object.entries(files)].map(([name, kind]) => [absolute(name), kind]));
  return { kind: (path) => named.get(path) ?? FILES.kind(path) };
}

function absolute(name: string): string {
  return name.startsWith('/') ? name : `${FOLDER}/${name}`;
}

type Answers = { readonly [Kind in FactKind]: (ask: Ask<Kind>) => FactTable[Kind]['answer'] | undefined };

function factsOf(world: ExampleWorld): Facts {
  const of = <Part>(parts: Readonly<Record<string, Part>> | undefined, path: string): Part | undefined =>
    Object.entries(parts ?? {}).find(([name]) => absolute(name) === path)?.[1];
  const answers: Answers = {
    // Files of other names have other content.
    data: ({ path }) => whole({ ...GOOD_DATA, sha256: path }, of(world.data, path)),
    tokens: ({ path }) => whole(GOOD_TOKENS, of(world.tokens, path)),
    overlap: ({ path, other }) =>
      Object.entries(world.overlap ?? {}).find(([names]) => {
        const [first = '', second = ''] = names.split(' ');
        return absolute(first) === path && absolute(second) === other;
      })?.[1],
    model: ({ folder }) => whole(GOOD_MODEL, of(world.models, folder) ?? world.model),
    knowledge: () => whole({ probed: true, known: 50, maybe: 0, new: 50 }, world.knowledge),
    device: () => whole({ memory_bytes: 16e9, free_bytes: 12e9, cores: 8, gpus: [] }, world.device),
    engines: () => world.engines,
    disk: () => world.disk,
    speed: () => world.speed,
  };
  const ask = answers as unknown as Record<FactKind, (ask: unknown) => unknown>;
  return ((kind: FactKind, question: unknown) => ask[kind](question)) as typeof NO_FACTS;
}

/** undefined where the example says nothing about it. */
function whole<Part extends object>(good: Part, said: Partial<Part> | undefined): Part | undefined {
  return said === undefined ? undefined : { ...good, ...said };
}

const GOOD_DATA: DataFacts = {
  sha256: '0'.repeat(64),
  bytes: 10_000,
  rows: 100,
  kinds: { text: 0, completion: 0, question: 100, chat: 0 },
  several_turns: 0,
  unreadable: 0,
  not_utf8: 0,
  duplicates: 0,
  contradictions: 0,
};

/** A hundred rows of 20 tokens, the last 6 of them counted. */
export const GOOD_TOKENS: TokenFacts = {
  rows: 100,
  unwordable: 0,
  lengths: Array.from({ length: 100 }, () => 20),
  first_counted: Array.from({ length: 100 }, () => 14),
  counted: Array.from({ length: 100 }, () => 6),
  lines: Array.from({ length: 100 }, (_, index) => index + 1),
  empty_completions: 0,
  without_end: 0,
  shared_prefix: 0.3,
};

/** Two layers of 64, tied head, 500 tokens. */
export const GOOD_MODEL: ModelFacts = {
  config: {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: 500,
    hidden_size: 64,
    intermediate_size: 128,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 4,
    tie_word_embeddings: true,
    max_position_embeddings: 512,
  },
  tensors: [
    { name: 'model.embed_tokens.weight', shape: [500, 64], dtype: 'F32' },
    ...[0, 1].flatMap((layer) => [
      ...['q', 'k', 'v', 'o'].map((part) => ({
        name: `model.layers.${layer}.self_attn.${part}_proj.weight`,
        shape: [64, 64],
        dtype: 'F32',
      })),
      { name: `model.layers.${layer}.mlp.gate_proj.weight`, shape: [128, 64], dtype: 'F32' },
      { name: `model.layers.${layer}.mlp.up_proj.weight`, shape: [128, 64], dtype: 'F32' },
      { name: `model.layers.${layer}.mlp.down_proj.weight`, shape: [64, 128], dtype: 'F32' },
      { name: `model.layers.${layer}.input_layernorm.weight`, shape: [64], dtype: 'F32' },
      { name: `model.layers.${layer}.post_attention_layernorm.weight`, shape: [64], dtype: 'F32' },
    ]),
    { name: 'model.norm.weight', shape: [64], dtype: 'F32' },
  ],
  bytes: 460_000,
  tokenizer: { size: 500, has_chat_template: false },
};
