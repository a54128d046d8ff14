import { FREEZE, SELF_DISTILL } from './cures.ts';
import type { Manual, ManualEntry } from './entry.ts';
import { LENGTH } from './length.ts';
import { MEASURING } from './measuring.ts';
import { OPTIMIZER } from './optimizer.ts';
import { PROBES } from './probes.ts';
import { LAUNCH, LORA, TORCH } from './torch.ts';
import { TRAINING } from './training.ts';

/** Every setting, one entry each; a test holds the table against the schema. */
export const MANUAL: Manual = {
  ...TRAINING,
  ...LENGTH,
  ...OPTIMIZER,
  ...MEASURING,
  ...SELF_DISTILL,
  ...FREEZE,
  ...PROBES,
  ...TORCH,
  ...LORA,
  ...LAUNCH,
};

/** Of the setting with this pattern (`patternOf`); undefined where there is no such setting. */
export function manualEntry(pattern: string): ManualEntry | undefined {
  return Object.hasOwn(MANUAL, pattern) ? MANUAL[pattern] : undefined;
}
