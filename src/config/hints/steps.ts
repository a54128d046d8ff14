import { grouped } from '../../base/format.ts';
import { plural } from '../../base/text.ts';
import type { RunConfig } from '../../protocol/runConfig.ts';
import { LEAST_SNAPSHOT_STEPS, stepsOrShare, type StepsEstimate } from '../estimate/steps.ts';
import { firstWritten } from '../firstWritten.ts';
import type { Path } from '../path.ts';
import type { Hint, HintInput, HintSource } from './hint.ts';
import { hintOffset } from './place.ts';

/** How many optimizer steps there are, and how many a share of them is. */
export const stepHints: HintSource = {
  kind: 'steps',
  what: 'Optimizer steps, evaluations and checkpoints.',
  of: (input) => {
    const [config, length] = [input.about.config(), input.about.length()];
    if (config === undefined || length === undefined) return [];
    return [
      runHint(input, config, length),
      shareHint(input, ['warmup_steps'], config.warmup_steps, length, 'warm-up'),
      evaluationHint(input, config, length),
      saveHint(input, config, length),
    ].flat();
  },
};

function runHint({ parsed }: HintInput, config: RunConfig, length: StepsEstimate): Hint[] {
  const epochs: Path = ['num_train_epochs'];
  const path = config.max_steps > 0 ? ['max_steps'] : firstWritten(parsed, epochs, ['train_file']);
  const offset = hintOffset(parsed, path);
  if (offset === undefined) return [];
  const { steps, stepsPerEpoch, snapshotSteps } = length;
  const warmUp =
    snapshotSteps === undefined
      ? ` after ${LEAST_SNAPSHOT_STEPS} or more of warm-up`
      : snapshotSteps > 0
        ? ` after ${grouped(snapshotSteps)} of warm-up`
        : '';
  const passes =
    config.max_steps > 0 ? `${passesOf(length.epochs)} epochs` : `${grouped(stepsPerEpoch)} an epoch`;
  return [
    {
      kind: 'steps',
      offset,
      text: `${stepsText(steps)}, ${passes}${warmUp}`,
      tooltip: tooltipOf(length),
    },
  ];
}

function tooltipOf({ steps, stepsPerEpoch, effectiveBatchSize, snapshotSteps }: StepsEstimate): string {
  const warmUp =
    snapshotSteps === undefined
      ? ` The warm-up of the teacher takes the rows that the base model knows, which a probe would tell; it has at least ${LEAST_SNAPSHOT_STEPS} steps.`
      : snapshotSteps > 0
        ? ` The warm-up of the teacher comes before, with ${plural(snapshotSteps, 'step')}.`
        : '';
  return `Counted as the engines do: ${plural(effectiveBatchSize, 'row')} a step, ${grouped(stepsPerEpoch)} steps an epoch, ${grouped(steps)} optimizer steps in all.${warmUp}`;
}

/** Only shares of all steps need to be worked out. */
function shareHint(
  { parsed }: HintInput,
  path: Path,
  value: number,
  { steps }: StepsEstimate,
  what: string,
): Hint[] {
  const offset = hintOffset(parsed, path);
  if (offset === undefined || value >= 1 || value <= 0) return [];
  const text = stepsText(stepsOrShare(value, steps));
  return [
    {
      kind: 'steps',
      offset,
      text,
      tooltip: `As a share of ${grouped(steps)} steps, the ${what} is ${text}.`,
    },
  ];
}

function evaluationHint(
  { parsed }: HintInput,
  { eval_strategy: strategy }: RunConfig,
  length: StepsEstimate,
): Hint[] {
  const path: Path =
    strategy === 'steps' ? firstWritten(parsed, ['eval_steps'], ['eval_strategy']) : ['eval_strategy'];
  const offset = hintOffset(parsed, path);
  const { evaluateEvery, evaluations } = length;
  if (offset === undefined || evaluateEvery === undefined) return [];
  const text = `every ${stepsText(evaluateEvery, true)}, ${grouped(evaluations)} evaluations`;
  const tooltip = `${grouped(evaluations)} evaluations in all: before the first step, ${length.snapshotSteps === 0 ? '' : 'after the warm-up, '}every ${plural(evaluateEvery, 'step')}, and at the end, where answers are really decoded.`;
  return [{ kind: 'steps', offset, text, tooltip }];
}

function saveHint(
  { parsed }: HintInput,
  config: RunConfig,
  { saveEvery, checkpoints }: StepsEstimate,
): Hint[] {
  const path: Path =
    config.save_strategy === 'steps'
      ? firstWritten(parsed, ['save_steps'], ['save_strategy'])
      : ['save_strategy'];
  const offset = hintOffset(parsed, path);
  if (offset === undefined || saveEvery === undefined) return [];
  const text = `every ${stepsText(saveEvery, true)}`;
  const tooltip = `A checkpoint ${text}, and one at the end; at most ${grouped(checkpoints)} lie on the disk at one time.`;
  return [{ kind: 'steps', offset, text, tooltip }];
}

function stepsText(count: number, isInterval = false): string {
  if (count === 1) return isInterval ? 'step' : '1 step';
  return `${grouped(count)} steps`;
}

function passesOf(epochs: number): string {
  return epochs < 10 ? epochs.toFixed(1) : grouped(epochs);
}
