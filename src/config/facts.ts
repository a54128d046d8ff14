/**
 * What rules, hints and estimates ask about the world around a config. Asking is how something comes to be known: whoever answers
 * notes what was asked and could not be said yet, finds it out elsewhere, and has the config checked again. So nothing is opened
 * that the config does not name, and nobody waits. A new kind of fact is one entry of FactTable and one file in src/facts/kinds/.
 */
export interface FactTable {
  readonly data: { readonly ask: { readonly path: string }; readonly answer: DataFacts };
  readonly tokens: { readonly ask: TokensQuestion; readonly answer: TokenFacts };
  readonly overlap: {
    /** Absolute paths of two data files. */
    readonly ask: { readonly path: string; readonly other: string };
    readonly answer: OverlapFacts;
  };
  readonly model: { readonly ask: { readonly folder: string }; readonly answer: ModelFacts };
  readonly knowledge: { readonly ask: KnowledgeQuestion; readonly answer: KnowledgeFacts };
  readonly device: { readonly ask: Readonly<Record<string, never>>; readonly answer: DeviceFacts };
  readonly engines: { readonly ask: Readonly<Record<string, never>>; readonly answer: EngineFacts };
  readonly disk: { readonly ask: { readonly folder: string }; readonly answer: DiskFacts };
  readonly speed: { readonly ask: SpeedQuestion; readonly answer: SpeedFacts };
}

export type FactKind = keyof FactTable;
export type Ask<Kind extends FactKind> = FactTable[Kind]['ask'];
export type Answer<Kind extends FactKind> = FactTable[Kind]['answer'];

/** undefined: not known, or not yet. Answers are plain data and never change: a changed file is asked about anew. */
export type Facts = <Kind extends FactKind>(kind: Kind, ask: Ask<Kind>) => Answer<Kind> | undefined;

/** Knows nothing. */
export const NO_FACTS: Facts = () => undefined;

/** A place in a data file: a line of JSON Lines, or the position of a record in a JSON array, from 1. */
export interface Place {
  readonly line: number;
}

/** A data file, whatever a model makes of it. */
export interface DataFacts {
  /** Of the content, hexadecimal; '' where nothing could be read. */
  readonly sha256: string;
  readonly bytes: number;
  /** Rows that can be read. */
  readonly rows: number;
  /** How many of them are of each kind (data/row.ts). */
  readonly kinds: Readonly<Record<'text' | 'completion' | 'question' | 'chat', number>>;
  /** How many of the `chat` rows have several turns: they ask no one thing, so that none of them is known or new. */
  readonly several_turns: number;
  readonly first_several_turns?: Place;
  /** Records that are no rows; a run leaves them out. */
  readonly unreadable: number;
  /** Half a sentence, as `data/parseRows` says it. */
  readonly first_unreadable?: Place & { readonly message: string };
  /** Records with bytes that are no UTF-8; whoever reads them has U+FFFD in the place of those. */
  readonly not_utf8: number;
  readonly first_not_utf8?: Place;
  /** Rows that say what an earlier one says, prompt and completion alike (case, spacing and final punctuation of prompts aside); among the first million. */
  readonly duplicates: number;
  readonly first_duplicate?: Place & { readonly earlier: number };
  /** Rows that ask what earlier ones ask and accept none of the answers that those accept; `earlier`: the first that asks it. */
  readonly contradictions: number;
  readonly first_contradiction?: Place & { readonly earlier: number };
  /** Share of the commonest answer among rows that ask, 0..1; undefined where none asks. An answer over 200 characters is clipped. */
  readonly majority?: { readonly answer: string; readonly share: number };
  /**
   * Why nothing could be counted, or why none of what was counted is a row, as a whole sentence with its cure: not readable, compressed,
   * UTF-16.
   */
  readonly problem?: string;
}

/** Decides how rows become tokens: absolute path of the file, folder of the model, and what `data/encode` needs. */
export interface TokensQuestion {
  readonly path: string;
  readonly model: string;
  readonly prompt_template: string;
  readonly completion_only_loss: boolean;
  readonly assistant_only_loss: boolean | undefined;
}

/**
 * A data file in tokens, before `max_length` cuts anything, so that another `max_length` asks nothing new. Large files are sampled
 * evenly: `rows` of the file, `lengths.length` of them looked at. Four numbers for each of these, in the file's order. What else is
 * counted is counted among those looked at, so it is exact for files of up to 20,000 rows and 20 MB, and at least so much for others.
 */
export interface TokenFacts {
  /** Rows of the file that can be worded for the model; of a sampled file, about. */
  readonly rows: number;
  /** Rows that have no words for this model, and the first reason, half a sentence. */
  readonly unwordable: number;
  readonly first_unwordable?: Place & { readonly message: string };
  /** Tokens of the row, end token included. */
  readonly lengths: readonly number[];
  /** Position of the first token that the loss counts; the row's length where none does. */
  readonly first_counted: readonly number[];
  /** Tokens that the loss counts (never the first of a row). */
  readonly counted: readonly number[];
  /** Line of each, to be named. */
  readonly lines: readonly number[];
  /** Rows whose completion has no token but the end token; the first of them. */
  readonly empty_completions: number;
  readonly first_empty_completion?: Place;
  /** Rows that do not end with a special token (end of sequence, end of turn). */
  readonly without_end: number;
  readonly first_without_end?: Place;
  /** Share of the tokens that lie in a beginning which an earlier row has too (template, few-shot text), 0..1. */
  readonly shared_prefix: number;
  /** Why there are no tokens, as a whole sentence with its cure: no tokenizer, a broken one. */
  readonly problem?: string;
}

/** Rows of `path` that ask what a row of `other` asks, or are about the same (subject, relation). */
export interface OverlapFacts {
  readonly shared: number;
  readonly first?: Place & { readonly other: number };
}

/** A tensor of a model. */
export interface TensorFacts {
  readonly name: string;
  readonly shape: readonly number[];
  /** As safetensors writes it: F32, BF16, F16 ... */
  readonly dtype: string;
}

/** What a model's folder tells without being loaded. */
export interface ModelFacts {
  /** Its config.json; undefined where there is none that can be read. */
  readonly config: unknown;
  /** From the headers of its weights; empty where there are none (a config.json alone, or no safetensors). */
  readonly tensors: readonly TensorFacts[];
  /** Bytes of its weight files. */
  readonly bytes: number;
  readonly tokenizer: {
    /** Highest id and one more; undefined where there is no tokenizer.json that can be read. */
    readonly size: number | undefined;
    readonly has_chat_template: boolean;
    /** A whole sentence with its cure. */
    readonly problem?: string;
  };
}

/** Which probe's result is wanted; absolute paths. */
export interface KnowledgeQuestion {
  readonly model: string;
  readonly train_file: readonly string[];
  readonly prompts: readonly string[] | undefined;
  readonly num_prompts: number;
  readonly num_fewshot: number;
  readonly seed: number;
}

/** Rows of the training files by what the base model knows of them (DESIGN 6), by a probe of exactly this, or a run that asked its base exactly this; `probed` false: neither. */
export interface KnowledgeFacts {
  readonly probed: boolean;
  readonly known: number;
  readonly maybe: number;
  readonly new: number;
}

export interface DeviceFacts {
  /** Memory of the machine, and what of it is free now, in bytes. */
  readonly memory_bytes: number;
  readonly free_bytes: number;
  readonly cores: number;
  /** GPUs that PyTorch would use; empty where there is none, undefined where nobody may look (Restricted Mode). */
  readonly gpus:
    | readonly { readonly name: string; readonly kind: 'cuda' | 'mps'; readonly memory_bytes: number }[]
    | undefined;
}

/** Which engines run here. */
export interface EngineFacts {
  /** usable, or one sentence that says what is missing and the cure; undefined where nobody may look. */
  readonly torch: { readonly usable: boolean; readonly problem?: string } | undefined;
}

export interface DiskFacts {
  /** For whoever is not root, in bytes. */
  readonly free_bytes: number;
}

/** A run like this one: same model, method, batch and engine. */
export interface SpeedQuestion {
  readonly model: string;
  readonly method: string;
  readonly per_device_train_batch_size: number;
  readonly gradient_accumulation_steps: number;
  /** Default: any. */
  readonly engine?: string;
}

/** `seconds_per_step` of the newest such run here; undefined: there is none. */
export interface SpeedFacts {
  readonly seconds_per_step: number | undefined;
}
