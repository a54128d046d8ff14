import { showPath } from '../wording.ts';
import { defineRule } from './rule.ts';

/** YAML readers disagree on which of two equal keys counts; nobody means both. */
export const duplicateKey = defineRule(
  'config.duplicate-key',
  'error',
  ({ parsed }) => parsed.duplicates,
  ({ path, range, firstLine }) => ({
    path,
    range,
    message: `${showPath(path)} is set already on line ${firstLine}: delete one of the two.`,
  }),
);
