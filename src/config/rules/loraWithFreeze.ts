import { keyRange } from '../parse.ts';
import { isBlock } from '../path.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** LoRA lets every weight of the model stand still, so there is nothing that groups could add. */
export const loraWithFreeze = defineRule({
  code: 'config.lora-with-freeze',
  level: 'error',
  side: 'meaning',
  what: '`lora` and `freeze` stand in one config.',
  why: 'Adapters train beside weights that all stand still, so there is nothing that groups could add.',
  cure: 'Delete one of the two.',
  find: ({ parsed }) => {
    const { lora, freeze } = parsed.value ?? {};
    return isBlock(lora) && isBlock(freeze) ? [freeze] : [];
  },
  tell: (_, { parsed }) => ({
    path: ['freeze'],
    range: keyRange(parsed, ['freeze']),
    message:
      '`freeze` and `lora` do not go together, because adapters train beside weights that all stand still: delete `freeze` and name the modules to adapt under `lora.target_modules`, or delete `lora`.',
  }),
});

export const examples: Examples = {
  good: [{ text: 'lora: {r: 8}\n' }, { text: 'freeze: {groups: [ffn]}\n' }],
  bad: [
    {
      text: 'learning_rate: 2.0e-4\nlora: {r: 8}\nfreeze: {groups: [ffn]}\n',
      says: [
        '`freeze` and `lora` do not go together, because adapters train beside weights that all stand still: delete `freeze` and name the modules to adapt under `lora.target_modules`, or delete `lora`.',
      ],
    },
  ],
};
