import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeGreedily } from '../../../src/engines/tfjs/evaluation/decode.ts';
import { loadTokenizer } from '../../../src/engines/tfjs/files/tokenizer.ts';
import { stepGradients } from '../../../src/engines/tfjs/training/gradients.ts';
import { crossEntropyLoss } from '../../../src/engines/tfjs/training/losses.ts';
import {
  bothOps,
  distance,
  goldenBatch,
  loadModel,
  modelFolder,
  norm,
  parityErrors,
  readGolden,
  startBackend,
  tensorsLeft,
} from './models.ts';

/** Per-tensor relative L2 (DESIGN 8). */
const TOLERANCE = 1e-4;

beforeAll(startBackend);

for (const ops of bothOps) {
  describe(`${ops.name} ops against PyTorch float64`, () => {
    it.each(['tiny-llama', 'tiny-qwen2', 'tiny-llama-bf16', 'tiny-llama-f16'])('logits of %s', (name) => {
      expect(parityErrors(name, ops).logits).toBeLessThan(TOLERANCE);
    });

    it('a sharded folder is the same model', () => {
      const whole = loadModel('tiny-llama', ops);
      const sharded = loadModel('tiny-llama-sharded', ops);
      for (const { name } of whole.specs) expect(sharded.read(name)).toEqual(whole.read(name));
      whole.dispose();
      sharded.dispose();
    });

    it.each([
      ['tiny-llama', 30],
      ['tiny-qwen2', 26],
    ])('loss and every gradient of %s', (name, count) => {
      const { loss, gradients } = parityErrors(name, ops);
      expect(loss).toBeLessThan(TOLERANCE);
      expect(gradients.size).toBe(count);
      for (const [key, error] of gradients) expect.soft(error, key).toBeLessThan(TOLERANCE);
    });

    it.each(['tiny-llama', 'tiny-qwen2'])('accumulation over rows gives the same gradient (%s)', (name) => {
      const { golden } = readGolden(name);
      const model = loadModel(name, ops);
      const names = model.specs.map((spec) => spec.name);
      const whole = goldenBatch(golden);
      const single = Array.from({ length: whole.rows }, (_, row) => ({
        ids: whole.ids.slice(row * whole.time, (row + 1) * whole.time),
        labels: whole.labels.slice(row * whole.time, (row + 1) * whole.time),
        rows: 1,
        time: whole.time,
        source: whole.source.slice(row, row + 1),
        tokens: 0,
        ceTokens: whole.labels
          .slice(row * whole.time, (row + 1) * whole.time)
          .filter((label) => label !== -100).length,
      }));
      const together = stepGradients(model, [whole], crossEntropyLoss, names);
      const apart = stepGradients(model, single, crossEntropyLoss, names);
      expect(apart.ceLoss).toBeCloseTo(together.ceLoss, 5);
      for (const [key, gradient] of together.gradients) {
        expect(distance(apart.gradients.get(key) ?? [], gradient)).toBeLessThan(
          1e-5 * Math.max(1, norm(gradient)),
        );
      }
      model.dispose();
    });

    it.each(['tiny-llama', 'tiny-qwen2'])(
      'batched cached decoding of %s says what generate() says',
      (name) => {
        const { golden } = readGolden(name);
        const model = loadModel(name, ops);
        let answers: number[][] = [];
        const left = tensorsLeft(() => {
          answers = decodeGreedily(
            model,
            golden.generations.map((item) => item.prompt_ids),
            {
              maxNewTokens: Math.max(...golden.generations.map((item) => item.token_ids.length)),
              stopTokens: new Set(),
              batchSize: 8,
              padId: 0,
            },
          );
        });
        expect(answers).toEqual(golden.generations.map((item) => item.token_ids));
        expect(left).toBe(0);
        model.dispose();
      },
    );

    it('a step leaves no tensor behind', () => {
      const { golden } = readGolden('tiny-llama');
      const model = loadModel('tiny-llama', ops);
      const names = model.specs.map((spec) => spec.name);
      expect(
        tensorsLeft(() => void stepGradients(model, [goldenBatch(golden)], crossEntropyLoss, names)),
      ).toBe(0);
      model.dispose();
    });
  });
}

it.each(['tiny-llama', 'tiny-qwen2'])('the tokenizer of %s gives the ids of the Python one', (name) => {
  const { golden } = readGolden(name);
  const tokenizer = loadTokenizer(modelFolder(name), 320);
  for (const { text, ids } of golden.tokenizations ?? [])
    expect(tokenizer.encodeRest(text), JSON.stringify(text)).toEqual(ids);
  expect(golden.tokenizations?.length).toBeGreaterThan(3);
});

it('a tokenizer with more tokens than the embedding has rows is refused', () => {
  expect(() => loadTokenizer(modelFolder('tiny-llama'), 100)).toThrow(
    /tokens, the model's embedding 100 rows: use the tokenizer/,
  );
  expect(() => loadTokenizer(join(modelFolder('tiny-llama'), 'nowhere'), 100)).toThrow(
    /has no tokenizer.json/,
  );
});
