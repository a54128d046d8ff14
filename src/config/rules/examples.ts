import type {
  DataFacts,
  DeviceFacts,
  DiskFacts,
  EngineFacts,
  KnowledgeFacts,
  ModelFacts,
  OverlapFacts,
  SpeedFacts,
  TokenFacts,
} from '../facts.ts';

/**
 * The cases of a rule, kept beside it: they are its tests, and the examples of its page in the reference. Nothing of a program uses
 * them, so they are left out of every bundle.
 */
export interface Examples {
  /** Says nothing. */
  readonly good: readonly Example[];
  readonly bad: readonly BadExample[];
}

export interface Example {
  /** Lines that are added to `version`, `model_name_or_path: model` and `train_file: rows.jsonl`. */
  readonly text: string;
  /** Whether `text` is the whole config instead. */
  readonly isWhole?: true;
  /** What is so around it. */
  readonly world?: ExampleWorld;
}

export interface BadExample extends Example {
  /** What this rule says, in the order of the text; nothing else is said but by `alsoSays`. */
  readonly says: readonly string[];
  /** Codes of other rules that speak up as well. */
  readonly alsoSays?: readonly string[];
  /** `text` after the first fix of each of the rule's problems; absent where there is none. No problem of the rule is left in it. */
  readonly fixed?: string;
}

/** Facts by what they are asked about: absolute paths start at /home/ada/study, where example configs stand. */
export interface ExampleWorld {
  /** Besides the folder `model` and the files rows.jsonl and more.jsonl. */
  readonly files?: Readonly<Record<string, 'file' | 'folder' | 'missing'>>;
  /** Parts of what is known of data files, by name in the folder; the rest says that all is well. */
  readonly data?: Readonly<Record<string, Partial<DataFacts>>>;
  readonly tokens?: Readonly<Record<string, Partial<TokenFacts>>>;
  /** By both names: 'dev.jsonl rows.jsonl'. */
  readonly overlap?: Readonly<Record<string, OverlapFacts>>;
  /** The folder `model`. */
  readonly model?: Partial<ModelFacts>;
  /** Other folders of models, by name; they are there. */
  readonly models?: Readonly<Record<string, Partial<ModelFacts>>>;
  readonly knowledge?: Partial<KnowledgeFacts>;
  readonly device?: Partial<DeviceFacts>;
  readonly engines?: EngineFacts;
  readonly disk?: DiskFacts;
  readonly speed?: SpeedFacts;
}

/** Qwen2.5-1.5B by its config.json alone, for runs that are too large for what is there. */
export const QWEN_WITHOUT_WEIGHTS = {
  config: {
    architectures: ['Qwen2ForCausalLM'],
    model_type: 'qwen2',
    vocab_size: 151_936,
    hidden_size: 1_536,
    intermediate_size: 8_960,
    num_hidden_layers: 28,
    num_attention_heads: 12,
    num_key_value_heads: 2,
    tie_word_embeddings: true,
  },
  tensors: [],
};
