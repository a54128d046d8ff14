import { grouped } from '../../../base/format.ts';
import { plural } from '../../../base/text.ts';
import type { About } from '../../about.ts';
import { processesOf, stepsOrShare } from '../../estimate/steps.ts';
import { numberText, quote } from '../../wording.ts';
import type { Note } from './note.ts';

/** The factors of the effective batch. */
export const batchNote: Note = (about) => {
  const config = about.config();
  if (config === undefined) return undefined;
  const factors = [
    config.per_device_train_batch_size,
    config.gradient_accumulation_steps,
    ...(config.launch === undefined ? [] : [processesOf(config)]),
  ];
  const size = factors.reduce((product, factor) => product * factor, 1);
  const perEpoch = about.length()?.stepsPerEpoch;
  const epoch = perEpoch === undefined ? '' : `, ${countOf(perEpoch, 'step')} an epoch`;
  return `Effective batch: ${factors.map(grouped).join(' × ')} = ${countOf(size, 'row')} a step${epoch}.`;
};

export const lengthNote: Note = (about) => {
  const length = about.length();
  if (length === undefined) return undefined;
  const { steps, stepsPerEpoch, epochs, snapshotSteps = 0 } = length;
  const warmUp = snapshotSteps === 0 ? '' : `, after ${grouped(snapshotSteps)} for the teacher`;
  const rounded = Number(epochs.toPrecision(3));
  return `${rounded} epochs of ${countOf(stepsPerEpoch, 'step')}: ${countOf(steps, 'step')}${warmUp}.`;
};

export const rateNote: Note = (about) => {
  const [config, steps] = [about.config(), about.steps()];
  if (config === undefined || steps === undefined) return undefined;
  const { learning_rate: rate, lr_scheduler_type: type } = config;
  const climb = warmUpOf(about) ?? 0;
  const start = climb === 0 ? '' : `climbs for ${countOf(climb, 'step')}, then `;
  const rest =
    type === 'linear' || type === 'cosine' ? `falls to 0 until step ${grouped(steps)}` : 'stays as it is';
  return `The rate is ${quote(numberText(rate))} at its highest; it ${start}${rest}.`;
};

export const warmUpNote: Note = (about) => {
  const [config, climb] = [about.config(), warmUpOf(about)];
  if (config === undefined || climb === undefined) return undefined;
  const all = countOf(about.steps() ?? 0, 'step');
  return `${countOf(climb, 'step')} of ${all}; then the rate is ${quote(numberText(config.learning_rate))}.`;
};

export const evaluationNote: Note = (about) => {
  const length = about.length();
  if (length === undefined) return undefined;
  const { evaluateEvery: every, evaluations } = length;
  const rhythm = every === undefined ? 'None between start and end' : `Every ${countOf(every, 'step')}`;
  return `${rhythm}: ${countOf(evaluations, 'evaluation')} in the whole run.`;
};

export const checkpointNote: Note = (about) => {
  const [length, config] = [about.length(), about.config()];
  if (length === undefined || config === undefined) return undefined;
  const { saveEvery: every, checkpoints } = length;
  const rhythm =
    config.save_strategy === 'best'
      ? 'At the best evaluations'
      : every === undefined
        ? 'Only at the end'
        : `Every ${countOf(every, 'step')}`;
  return `${rhythm}; at most ${countOf(checkpoints, 'checkpoint')} on the disk at one time.`;
};

/** Steps of rising learning rate; undefined where the steps of the run are not known. */
function warmUpOf(about: About): number | undefined {
  const [config, steps] = [about.config(), about.steps()];
  if (config === undefined || steps === undefined) return undefined;
  return config.lr_scheduler_type === 'constant' ? 0 : stepsOrShare(config.warmup_steps, steps);
}

function countOf(count: number, noun: string): string {
  return plural(count, noun).replace(/^\d+/, grouped(count));
}
