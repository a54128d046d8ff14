import type { LabExperiment } from './experiment.ts';
import { gate } from './gate.ts';
import { headline } from './headline.ts';

/** Every experiment of the lab, in the order they are listed. */
export const EXPERIMENTS: readonly LabExperiment[] = [headline, gate];
