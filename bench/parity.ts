import { bothOps, parityErrors } from '../test/engines/tfjs/models.ts';
import type { Figure } from './figure.ts';

/** Logits, loss and worst gradient tensor against PyTorch float64. */
export function benchParity(): Figure[] {
  return bothOps.flatMap((ops) =>
    ['tiny-llama', 'tiny-qwen2'].flatMap((name) => {
      const { logits, loss, gradients } = parityErrors(name, ops);
      const figure = (what: string, value: number): Figure => ({
        name: `${ops.name} ${name} ${what}`,
        value,
        text: value.toExponential(1),
        limit: '<= 1e-4',
      });
      const worst = Math.max(...gradients.values());
      return [
        figure('logits', logits),
        figure('loss', loss),
        figure(`worst of ${gradients.size} gradients`, worst),
      ];
    }),
  );
}
