import type { Freeze, RunConfig, SelfDistill } from './runConfig.ts';

/** How a run was trained, in a few words: what a table or a curve is headed with. */
export function methodLabel({
  self_distill: distill,
  freeze,
}: Pick<RunConfig, 'self_distill' | 'freeze'>): string {
  const parts = [
    ...(distill === undefined ? [] : [distillLabel(distill)]),
    ...(freeze === undefined ? [] : [freezeLabel(freeze)]),
  ];
  return parts.length === 0 ? 'SFT' : parts.join(' + ');
}

function distillLabel({ kd_weight: weight, positions, teacher, snapshot_data: data }: SelfDistill): string {
  if (weight === 0) return teacher === 'snapshot' ? 'SFT after warm-up' : 'SFT';
  const details = [
    ...(positions === 'completion' ? ['completion'] : []),
    ...(teacher === 'snapshot' ? [] : [teacher === 'base' ? 'teacher base' : 'other teacher']),
    ...(teacher === 'snapshot' && data === 'all' ? ['warm-up on all'] : []),
    ...(weight === 1 ? [] : [`weight ${weight}`]),
  ];
  return ['self-distill', ...details].join(', ');
}

function freezeLabel({ groups, trainable_groups: movers }: Freeze): string {
  const only = movers === undefined ? undefined : `${movers.join(', ')} only`;
  const still = groups === undefined ? undefined : `${groups.join(', ')} frozen`;
  return [only, still].filter((part) => part !== undefined).join(', ');
}
