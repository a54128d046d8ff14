import { chooseTrainable } from '../../../data/parameterGroups.ts';
import type { RunConfig } from '../../../protocol/runConfig.ts';
import { Failure } from '../failure.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import { fingerprintWeights } from './fingerprintWeights.ts';

/** What moves in a run, and the proof that the rest does not. */
export interface TrainableParameters {
  readonly names: readonly string[];
  readonly frozenNames: readonly string[];
  /**
   * Compares the frozen parameters bit for bit with what they were.
   * @throws Failure when one has moved: that would be a bug, and its run no evidence
   */
  verify(model: LanguageModel): void;
}

/** Applies `freeze` before there is an optimizer: what stands still gets no gradient, no decay and no state. */
export function prepareTrainable(
  base: LanguageModel,
  config: Pick<RunConfig, 'freeze'>,
): TrainableParameters {
  const all = base.specs.map(({ name }) => name);
  const chosen = chooseTrainable(all, config.freeze);
  if ('problem' in chosen) throw new Failure('freeze.groups', chosen.problem);
  const moving = new Set(chosen.trainable);
  const frozenNames = all.filter((name) => !moving.has(name));
  const before = fingerprintWeights(base, frozenNames);
  return {
    names: chosen.trainable,
    frozenNames,
    verify: (model) => {
      if (fingerprintWeights(model, frozenNames) === before) return;
      throw new Failure(
        'freeze.moved',
        `Parameters that freeze holds still have changed (${frozenNames.length} of them were checked): this is a bug of Holdfast, please report it with this run's folder.`,
      );
    },
  };
}
