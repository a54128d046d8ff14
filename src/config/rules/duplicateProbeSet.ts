import { valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import { show } from '../wording.ts';
import { defineRule } from './rule.ts';

/** Results are kept by the name of their set: a second one would overwrite the first. */
export const duplicateProbeSet = defineRule(
  'config.duplicate-probe-set',
  'error',
  ({ parsed }) => repeatedNames(valueAt(parsed.value, ['probes', 'sets'])),
  ({ name, index }, { parsed }) => {
    const path = ['probes', 'sets', index, 'name'];
    const message = `Two probe sets are called ${show(name)}: give each a name of its own.`;
    return { path, range: valueRange(parsed, path), message };
  },
);

function repeatedNames(sets: unknown): { readonly name: string; readonly index: number }[] {
  const seen = new Set<string>();
  return (Array.isArray(sets) ? sets : []).flatMap((set: unknown, index) => {
    const name = valueAt(set, ['name']);
    if (typeof name !== 'string') return [];
    if (seen.has(name)) return [{ name, index }];
    seen.add(name);
    return [];
  });
}
