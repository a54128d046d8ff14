import { aboutBytes } from '../../approximately.ts';
import { labelPull } from '../../labelPull.ts';
import { teacherFactor } from '../../teacherCost.ts';
import { numberText } from '../../wording.ts';
import type { Note } from './note.ts';

/** The loss with this config's numbers (DESIGN 5). */
export const lossNote: Note = (about) => {
  const settings = about.config()?.self_distill;
  if (settings === undefined) return undefined;
  const { kd_weight: weight, temperature } = settings;
  const factor = rounded(weight * temperature ** 2);
  const terms = `${numberText(weight)} × ${numberText(temperature)}² × KL`;
  return weight === 0
    ? 'The loss is CE alone, after the warm-up of a distilled run.'
    : `The loss is CE + ${terms} = CE + ${factor} × KL, each a mean over its own tokens.`;
};

/** Whether a new fact can win greedy decoding: only while kd_weight * T * N_ce / N_kd < 1 (DESIGN 5). */
export const winNote: Note = (about) => {
  const [settings, found] = [about.config()?.self_distill, labelPull(about)];
  if (settings === undefined || found === undefined) return undefined;
  const strength = `${numberText(settings.kd_weight)} × ${numberText(settings.temperature)}`;
  const verdict = found.pull < 1 ? 'below 1: new facts can win' : 'not below 1: new facts cannot win';
  const outcome = `= ${rounded(found.pull)}, ${verdict}.`;
  if (found.tokens === undefined) return `CE and KL count the same tokens: ${strength} ${outcome}`;
  const [ce, kd] = [found.tokens.counted.toFixed(1), found.tokens.distilled.toFixed(1)];
  return `In this data ${ce} tokens of a row count for CE and ${kd} for KL: ${strength} × ${ce} / ${kd} ${outcome}`;
};

/** What the teacher costs beside memory. */
export const teacherNote: Note = (about) => {
  const [factor, disk] = [teacherFactor(about), about.estimate()?.memory.disk.teacher];
  if (factor === undefined || disk === undefined) return undefined;
  const kept = `what the teacher says takes about ${aboutBytes(disk)} on the disk until the run is finished`;
  return `A step takes at least ${factor.toFixed(2)} times the operations of plain fine-tuning, and ${kept}.`;
};

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}
