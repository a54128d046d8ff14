import { expect, test } from 'vitest';
import { fixed, toldBy, toldOf } from '../configs.ts';

const ASKING = [
  'optim: adamw_8bit',
  'bf16: true',
  'gradient_checkpointing: true',
  'torch_compile: true',
  'trust_remote_code: true',
  'report_to: [wandb]',
  'lora: {}',
  'launch: {nproc_per_node: 2}',
];

test.each(ASKING)('%s is refused with engine: tfjs', (line) => {
  const key = line.split(':')[0] ?? '';
  const added = `engine: tfjs\n${line}`;
  expect(toldBy('torch-only', added)).toEqual([
    `5:1 torch-only: \`${key}\` needs the torch engine, and \`engine\` is \`tfjs\`: write \`engine: torch\`, or delete \`${key}\`.`,
  ]);
  expect(fixed(added)).toBe(`engine: torch\n${line}`);
});

test.each(ASKING)('%s goes with every other engine', (line) => {
  expect(toldBy('torch-only', line)).toEqual([]);
  expect(toldBy('torch-only', `engine: torch\n${line}`)).toEqual([]);
});

test.each([
  'bf16: false',
  'report_to: []',
  'padding_free: true',
  'optim: adamw',
  'assistant_only_loss: true',
])('%s asks nothing of an engine', (line) => {
  expect(toldBy('torch-only', `engine: tfjs\n${line}`)).toEqual([]);
});

test('a value that is wrong is said to be wrong, no more', () => {
  expect(toldOf('engine: tfjs\nbf16: 7')).toEqual([expect.stringMatching(/^5:7 wrong-value: /)]);
});
