import { keyRange } from '../parse.ts';
import { isBlock } from '../path.ts';
import { defineRule } from './rule.ts';

/** LoRA lets every weight of the model stand still, so there is nothing that groups could add. */
export const loraWithFreeze = defineRule(
  'config.lora-with-freeze',
  'error',
  ({ parsed }) => {
    const { lora, freeze } = parsed.value ?? {};
    return isBlock(lora) && isBlock(freeze) ? [freeze] : [];
  },
  (_, { parsed }) => ({
    path: ['freeze'],
    range: keyRange(parsed, ['freeze']),
    message:
      '`freeze` and `lora` do not go together, because adapters train beside weights that all stand still: delete `freeze` and name the modules to adapt under `lora.target_modules`, or delete `lora`.',
  }),
);
