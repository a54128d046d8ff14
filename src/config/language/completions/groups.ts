import { grouped, percent } from '../../../base/format.ts';
import { GROUP_NAMES, lastLayer, layerOf } from '../../../data/groupPatterns.ts';
import { matchPattern } from '../../../data/parameterGroups.ts';
import type { About } from '../../about.ts';
import { sizeOf } from '../../parameterSizes.ts';
import { groupMeaning } from '../manual/groups.ts';
import type { Candidate } from './candidate.ts';

/** Parts of a layer beyond that come from an unusual model, and would be a list nobody reads. */
const MOST_PARTS = 30;

/** The groups of parameters that this model has, with their size; where the model is not known, all words there are. */
export function groupCandidates(about: About): Candidate[] {
  const sizes = about.parameterSizes();
  if (sizes === undefined) {
    return GROUP_NAMES.map((group) => ({ value: group, kind: 'group', detail: groupMeaning(group) }));
  }
  const names = [...sizes.keys()];
  const total = sizeOf(names, sizes);
  const seen = new Set<string>();
  return [...GROUP_NAMES, ...layerRanges(names), ...layerParts(names)].flatMap((pattern): Candidate[] => {
    const found = matchPattern(pattern, names);
    const own = 'matched' in found ? found.matched : [];
    // A part that is a group already has a better name.
    const isKnown = seen.has(own.join(' ')) && !GROUP_NAMES.includes(pattern);
    if (own.length === 0 || isKnown) return [];
    seen.add(own.join(' '));
    const detail = sizeText(sizeOf(own, sizes), total);
    return [{ value: pattern, kind: 'group', detail, documentation: groupMeaning(pattern) }];
  });
}

/** 1,053,824 parameters, 12.3 % of the model. */
function sizeText(size: number, total: number): string {
  return `${grouped(size)} parameters, ${percent(total === 0 ? 0 : size / total)} of the model`;
}

/** The lower and the upper half. */
function layerRanges(names: readonly string[]): string[] {
  const last = lastLayer(names);
  if (last === 0) return [];
  const middle = Math.ceil((last + 1) / 2);
  return [`layers 0-${middle - 1}`, `layers ${middle}-${last}`];
}

/** Regular expressions for what the layers of this model are made of. */
function layerParts(names: readonly string[]): string[] {
  const parts = names.flatMap((name) => {
    const layer = layerOf(name);
    const part = layer === undefined ? undefined : name.split(`.${layer}.`)[1];
    return part === undefined ? [] : [part.replace(/\.(weight|bias)$/, '').replaceAll('.', '\\.')];
  });
  return [...new Set(parts)].slice(0, MOST_PARTS);
}
