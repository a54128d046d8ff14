import { lastLayer } from '../../data/groupPatterns.ts';
import { replacePattern } from '../freezeFixes.ts';
import { matchedBy, type FreezePattern } from '../freezePatterns.ts';
import { valueRange } from '../parse.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

interface Beyond {
  readonly item: FreezePattern;
  readonly first: number;
  readonly last: number;
  /** The model's last layer. */
  readonly end: number;
}

/** Layers count from 0: who writes 1 to 12 for twelve layers leaves the first one out. */
export const beyondLastLayer = defineRule({
  code: 'freeze.beyond-last-layer',
  level: 'warning',
  side: 'meaning',
  what: 'A range of layers in `freeze` ends beyond the last layer of this model.',
  why: 'Layers count from 0, so a range that ends at their number leaves out the first one; or it was written for a larger model.',
  cure: 'Write the layers that are meant, the first of which is 0.',
  find: rangesBeyond,
  tell: ({ item, first, last, end }, { parsed }) => {
    const cut = `layers ${first}-${end}`;
    // Shifted by one, it names the same number of layers, all of which are there.
    const isShifted = first > 0 && last === end + 1;
    const meant = isShifted ? [`layers ${first - 1}-${end}`, cut] : [cut];
    return {
      path: item.path,
      range: valueRange(parsed, item.path),
      message: `${quote(item.pattern)} ends beyond the last layer, which is ${end}, because layers count from 0: write ${meant.map(quote).join(' or ')}.`,
      fixes: meant.map((pattern) => replacePattern(parsed, item, pattern, !isShifted)),
    };
  },
});

function rangesBeyond({ about }: RuleInput): readonly Beyond[] {
  const end = lastLayer(about.parameterNames() ?? []);
  return about.freezePatterns().flatMap((item) => {
    const range = /^layers? (\d+)\s*-\s*(\d+)$/.exec(item.pattern);
    if (range === null || matchedBy(item).length === 0) return [];
    const [first, last] = [Number(range[1]), Number(range[2])];
    return last > end ? [{ item, first, last, end }] : [];
  });
}

export const examples: Examples = {
  good: [
    { text: 'freeze: {groups: [layers 0-1]}\n', world: { model: {} } },
    { text: 'freeze: {groups: [layers 0-27]}\n' },
  ],
  bad: [
    {
      text: 'freeze:\n  groups:\n    - layers 1-2  # all of them\n',
      world: { model: {} },
      says: [
        '`layers 1-2` ends beyond the last layer, which is 1, because layers count from 0: write `layers 0-1` or `layers 1-1`.',
      ],
      alsoSays: ['freeze.upper-layers'],
      fixed: 'freeze:\n  groups:\n    - layers 0-1  # all of them\n',
    },
    {
      text: 'freeze: {trainable_groups: [layers 0-27]}\n',
      world: { model: {} },
      says: [
        '`layers 0-27` ends beyond the last layer, which is 1, because layers count from 0: write `layers 0-1`.',
      ],
      fixed: 'freeze: {trainable_groups: [layers 0-1]}\n',
    },
  ],
};
