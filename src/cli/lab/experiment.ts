import type { Services } from '../services.ts';

export interface LabOptions {
  readonly seeds?: string;
  readonly jobs?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** A named experiment of the lab. A new one is a file beside this and its line in `experiments.ts`. */
export interface LabExperiment {
  readonly name: string;
  readonly description: string;
  run(options: LabOptions, services: Services): Promise<number>;
}
