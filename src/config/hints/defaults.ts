import type { RunConfig, SelfDistill } from '../../protocol/runConfig.ts';
import type { Path } from '../path.ts';
import type { Hint, HintInput, HintSource } from './hint.ts';
import { hintOffset } from './place.ts';

/** What is so because nobody wrote it: only what changes what a model learns, and only where it is not written. */
export const defaultHints: HintSource = {
  kind: 'defaults',
  what: 'Values of settings that matter and are not written.',
  of: (input) => {
    const config = input.about.config();
    return config === undefined
      ? []
      : [
          ...rateHint(input, config),
          ...lossHint(input, config),
          ...distillHint(input, config),
          ...engineHint(input, config),
        ];
  },
};

/** The curve of the learning rate, behind its peak. */
function rateHint(input: HintInput, { lr_scheduler_type: type, warmup_steps: warmup }: RunConfig): Hint[] {
  const shape = {
    linear: 'linear to 0',
    cosine: 'cosine to 0',
    constant: 'constant',
    constant_with_warmup: 'then constant',
  };
  const parts = [
    ...(isWritten(input, 'lr_scheduler_type') ? [] : [shape[type]]),
    ...(isWritten(input, 'warmup_steps') || type === 'constant' || warmup > 0 ? [] : ['no warm-up']),
  ];
  const tooltip =
    'Defaults, as of Hugging Face: lr_scheduler_type is linear, so the learning rate falls to 0 at the last step, and warmup_steps is 0.';
  return hintAt(input, ['learning_rate'], parts, tooltip);
}

/** What the loss counts, behind the data. */
function lossHint(input: HintInput, { completion_only_loss: isCompletionOnly }: RunConfig): Hint[] {
  const kinds = input.about.trainFiles().map((file) => file.data()?.kinds);
  const asks = kinds.some((kind) => kind !== undefined && kind.completion + kind.question + kind.chat > 0);
  const isDefault = !isWritten(input, 'completion_only_loss') && isCompletionOnly;
  if (!asks || !isDefault || kinds.length !== 1) return [];
  const tooltip =
    'Default: completion_only_loss is true, so the loss counts the completion and the end token behind it, and no token of the prompt.';
  return hintAt(input, ['train_file'], ['loss on completions and end tokens'], tooltip);
}

/** What self-distillation is, behind its key. */
function distillHint(input: HintInput, { self_distill: distill }: RunConfig): Hint[] {
  if (distill === undefined) return [];
  const told: Readonly<Partial<Record<keyof SelfDistill, string>>> = {
    kd_weight: `weight ${distill.kd_weight}`,
    temperature: `temperature ${distill.temperature}`,
    positions: distill.positions === 'all' ? 'all positions' : 'completions',
    teacher: `teacher ${distill.teacher}`,
  };
  const parts = Object.entries(told).flatMap(([key, text]) =>
    input.parsed.entries.has(`self_distill.${key}`) ? [] : [text],
  );
  const tooltip =
    'Defaults: kd_weight 1 and temperature 0.5 as in arXiv 2604.15574, on all positions, taught by the model itself after a warm-up on rows that it knows.';
  return hintAt(input, ['self_distill'], parts, tooltip);
}

/** Which engine `auto` is here. */
function engineHint(input: HintInput, { engine }: RunConfig): Hint[] {
  const [demand, found] = [input.about.demand(), input.about.engine()];
  if (engine !== 'auto' || found === undefined) return [];
  const reason = demand?.because === undefined ? 'a small model needs no other' : demand.because;
  const tooltip =
    found === demand?.engine
      ? `By this config and its model the run would use ${found}: ${reason}.`
      : `The run would use ${found}, although torch would suit it better, ${reason}: no Python here can run that engine.`;
  return hintAt(input, ['engine'], [`${found} here`], tooltip);
}

function hintAt({ parsed }: HintInput, path: Path, parts: readonly string[], tooltip: string): Hint[] {
  const offset = hintOffset(parsed, path);
  return offset === undefined || parts.length === 0
    ? []
    : [{ kind: 'defaults', offset, text: parts.join(', '), tooltip }];
}

function isWritten({ parsed }: HintInput, key: keyof RunConfig): boolean {
  return parsed.entries.has(key);
}
