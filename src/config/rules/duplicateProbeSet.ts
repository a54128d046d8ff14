import { valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import { show } from '../wording.ts';
import { defineRule } from './rule.ts';

/** Results are kept by the name of their set: a second one would overwrite the first. */
export const duplicateProbeSet = defineRule('config.duplicate-probe-set', 'error', ({ parsed }) => {
  const sets = valueAt(parsed.value, ['probes', 'sets']);
  const names = Array.isArray(sets) ? sets.map((set: unknown) => valueAt(set, ['name'])) : [];
  return names.flatMap((name, index) => {
    if (typeof name !== 'string' || names.indexOf(name) === index) return [];
    const path = ['probes', 'sets', index, 'name'];
    const message = `Two probe sets are called ${show(name)}: give each a name of its own.`;
    return [{ path, range: valueRange(parsed, path), message }];
  });
});
