import * as tf from '@tensorflow/tfjs-core';
import { transpose } from '../src/engines/tfjs/files/transpose.ts';
import { forward, isTransposed, project } from '../src/engines/tfjs/model/model.ts';
import { stepGradients } from '../src/engines/tfjs/training/gradients.ts';
import { crossEntropyLoss } from '../src/engines/tfjs/training/losses.ts';
import { bothOps, distance, goldenBatch, loadModel, norm, readGolden } from '../test/engines/tfjs/models.ts';
import type { Figure } from './figure.ts';

/** Logits, loss and worst gradient tensor against PyTorch float64 (DESIGN 8: relative L2, floor 1e-6 of the global norm). */
export function benchParity(): Figure[] {
  return bothOps.flatMap((ops) =>
    ['tiny-llama', 'tiny-qwen2'].flatMap((name) => {
      const { golden, tensor } = readGolden(name);
      const model = loadModel(name, ops);
      const batch = goldenBatch(golden);
      const isReal = golden.attention_mask.flat();
      const logits = tf
        .tidy(() =>
          project(
            model.parameters,
            model.arch,
            ops,
            forward(model.parameters, model.arch, ops, batch).hidden,
          ).dataSync<'float32'>(),
        )
        .map((value, index) => (isReal[Math.floor(index / model.arch.vocab_size)] === 1 ? value : 0));
      const names = model.specs.map((spec) => spec.name);
      const { gradients, ceLoss } = stepGradients(model, [batch], crossEntropyLoss, names);
      const global = norm(names.map((key) => norm(tensor(`grad.${key}`))));
      const errors = model.specs.map((spec) => {
        const theirs = tensor(`grad.${spec.name}`);
        const ours = gradients.get(spec.name) ?? new Float32Array();
        const [out = 0, input = 0] = spec.shape;
        return (
          distance(isTransposed(spec) ? transpose(ours, input, out) : ours, theirs) /
          Math.max(norm(theirs), 1e-6 * global)
        );
      });
      model.dispose();
      const figure = (what: string, value: number): Figure => ({
        name: `${ops.name} ${name} ${what}`,
        value,
        text: value.toExponential(1),
        limit: '<= 1e-4',
      });
      return [
        figure('logits', distance(logits, tensor('logits')) / norm(tensor('logits'))),
        figure('loss', Math.abs(ceLoss - golden.loss) / golden.loss),
        figure(`worst of ${errors.length} gradients`, Math.max(...errors)),
      ];
    }),
  );
}
