import type { EngineName } from '../protocol/engineDemand.ts';
import type { MemoryPart } from './estimate/parts.ts';
import type { TimeEstimate } from './estimate/time.ts';
import { movingNames } from './estimate/index.ts';
import { adapterNumbers } from './estimate/adapters.ts';
import { piecesOf } from './estimate/layers.ts';
import { widthsOf } from './estimate/widths.ts';
import type { KnowledgeFacts } from './facts.ts';
import { isQuickToMatch } from './freezePatterns.ts';
import { sizeOf } from './parameterSizes.ts';
import type { RuleInput } from './rules/rule.ts';

/** What a run will do and cost, as plain data: for `holdfast check --json` and the start dialog. What is not known is left out. */
export interface Summary {
  readonly engine?: EngineName;
  /** What it would calculate on. */
  readonly device?: string;
  /** Of one epoch, weights of the files counted in. */
  readonly num_rows?: number;
  /** Records of the training files that are no rows. */
  readonly num_unreadable?: number;
  /** All epochs together, the warm-up of a teacher left out. */
  readonly num_train_tokens?: number;
  readonly effective_batch_size?: number;
  readonly steps_per_epoch?: number;
  /** Of the run proper. */
  readonly steps?: number;
  /** Of the warm-up before it. */
  readonly snapshot_steps?: number;
  readonly evaluations?: number;
  readonly num_parameters?: number;
  readonly num_trainable_parameters?: number;
  readonly memory?: SummaryMemory;
  readonly disk?: {
    readonly checkpoint_bytes: number;
    readonly teacher_bytes: number;
    readonly free_bytes?: number;
  };
  readonly time?: {
    readonly seconds: number;
    readonly low: number;
    readonly high: number;
    readonly basis: TimeEstimate['basis'];
  };
  /** Rows by what the base model knows of them. */
  readonly knowledge?: Pick<KnowledgeFacts, 'known' | 'maybe' | 'new'>;
}

export interface SummaryMemory {
  readonly parts: readonly MemoryPart[];
  readonly total_bytes: number;
  readonly device_bytes: number;
  /** Whether it was held against measured runs on such a device. */
  readonly is_measured: boolean;
}

export function summaryOf({ about }: Pick<RuleInput, 'about'>): Summary {
  return dropUndefined({
    engine: about.engine(),
    device: about.place()?.name,
    ...rowsOf(about),
    ...lengthOf(about),
    num_parameters: about.parameters(),
    num_trainable_parameters: trainableOf(about),
    memory: memoryOf(about),
    disk: diskOf(about),
    time: timeOf(about),
    knowledge: knowledgeOf(about),
  });
}

type About = RuleInput['about'];
/** A summary before what is not known is left out. */
type Draft = { readonly [Key in keyof Summary]: Summary[Key] | undefined };

function rowsOf(about: About): Draft {
  const counts = about.trainFiles().map((file) => file.data()?.unreadable);
  const unreadable = counts.reduce(
    (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
  const [tokens, length] = [about.tokens(), about.length()];
  return {
    num_rows: about.rows()?.perEpoch,
    num_unreadable: about.trainFiles().length === 0 ? undefined : unreadable,
    num_train_tokens:
      tokens === undefined || length === undefined
        ? undefined
        : Math.round(length.epochs * tokens.rowsPerEpoch * tokens.meanLength),
  };
}

function lengthOf(about: About): Draft {
  const length = about.length();
  return {
    effective_batch_size: length?.effectiveBatchSize,
    steps_per_epoch: length?.stepsPerEpoch,
    steps: about.steps(),
    snapshot_steps: length?.snapshotSteps,
    evaluations: length?.evaluations,
  };
}

function trainableOf(about: About): number | undefined {
  const [config, shape, sizes] = [about.config(), about.shape(), about.parameterSizes()];
  if (config === undefined || shape === undefined || sizes === undefined || !isQuickToMatch(config))
    return undefined;
  if (config.lora !== undefined)
    return adapterNumbers({ config, widths: widthsOf(shape), pieces: piecesOf(shape, []) });
  const chosen = about.trainable();
  if (chosen !== undefined && 'problem' in chosen) return undefined;
  return sizeOf(chosen?.trainable ?? movingNames(shape, config), sizes);
}

function memoryOf(about: About): SummaryMemory | undefined {
  const [memory, place] = [about.estimate()?.memory, about.place()];
  if (memory === undefined || place === undefined) return undefined;
  const { parts, total, isMeasured } = memory;
  return { parts, total_bytes: total, device_bytes: place.memory_bytes, is_measured: isMeasured };
}

function diskOf(about: About): Summary['disk'] {
  const [disk, free] = [about.estimate()?.memory.disk, about.freeDisk()];
  if (disk === undefined) return undefined;
  const { checkpoint: checkpoint_bytes, teacher: teacher_bytes } = disk;
  return { checkpoint_bytes, teacher_bytes, ...(free === undefined ? {} : { free_bytes: free }) };
}

function timeOf(about: About): Summary['time'] {
  const time = about.estimate()?.time;
  return time && { seconds: time.seconds, low: time.low, high: time.high, basis: time.basis };
}

function knowledgeOf(about: About): Summary['knowledge'] {
  const counts = about.knowledge();
  return counts && { known: counts.known, maybe: counts.maybe, new: counts.new };
}

function dropUndefined(draft: Draft): Summary {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
}
