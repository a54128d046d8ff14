import { resolve } from 'node:path';
import { nearest } from '../../base/nearest.ts';
import { EXPERIMENTS } from '../lab/experiments.ts';
import type { LabOptions } from '../lab/experiment.ts';
import { drawOf, writeDraw } from '../lab/labData.ts';
import type { Services } from '../services.ts';
import { EXIT, UserError } from '../userError.ts';

/** `holdfast lab NAME`: a named experiment on the facts and the small model that ship with Holdfast. */
export async function labCommand(
  name: string,
  options: LabOptions & { readonly draw?: string },
  services: Services,
): Promise<number> {
  const experiment = EXPERIMENTS.find((candidate) => candidate.name === name);
  if (experiment === undefined) {
    const near = nearest(
      name,
      EXPERIMENTS.map((candidate) => candidate.name),
    );
    const cure =
      near === undefined
        ? `the experiments are ${EXPERIMENTS.map((candidate) => candidate.name).join(', ')}.`
        : `did you mean ${near}?`;
    throw new UserError(`There is no experiment ${name}: ${cure}`);
  }
  return options.draw === undefined
    ? experiment.run(options, services)
    : drawOnly(options.draw, options.out, services);
}

/** `--draw SEED --out FOLDER`: only the data files of a seed. */
function drawOnly(text: string, out: string | undefined, services: Services): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0)
    throw new UserError(`--draw ${text} is no seed: write a whole number, as in --draw 21.`);
  const folder = resolve(services.folder, out ?? `draw-${seed}`);
  writeDraw(folder, drawOf(seed, services));
  services.terminal.out(folder);
  return EXIT.done;
}
