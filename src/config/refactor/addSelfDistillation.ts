import { addSelfDistill } from '../addCure.ts';
import type { Refactoring } from './refactoring.ts';

/** New facts are learned, old ones are kept. */
export const addSelfDistillation: Refactoring = {
  id: 'add-self-distillation',
  title: 'Add self-distillation',
  isOffered: ({ about }) => {
    const config = about.config();
    // Random weights have nothing to keep.
    return config !== undefined && config.self_distill === undefined && !config.from_config;
  },
  edits: (input) => addSelfDistill(input).edits,
};
