import { removePattern } from '../freezeFixes.ts';
import { matchedBy, type FreezeKey, type FreezePattern } from '../freezePatterns.ts';
import { valueRange } from '../parse.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

interface Idle {
  readonly item: FreezePattern;
  /** Half a sentence. */
  readonly because: string;
}

/** An item that changes nothing is often one that was meant to change something else. */
export const withoutEffect = defineRule({
  code: 'freeze.without-effect',
  level: 'hint',
  side: 'meaning',
  what: 'An item of `freeze` changes nothing: another one names all of it, or it stands still anyway.',
  why: 'An item without effect is often a sign that another group was meant.',
  cure: 'Delete it, or write the group that was meant.',
  find: idleItems,
  tell: ({ item, because }, { parsed }) => ({
    path: item.path,
    range: valueRange(parsed, item.path),
    message: `${quote(item.pattern)} has no effect, because ${because}: delete it.`,
    fixes: [removePattern(parsed, item, true)],
  }),
});

function idleItems({ about }: RuleInput): readonly Idle[] {
  const items = about.freezePatterns();
  const trainable = about.trainable();
  if (trainable === undefined || 'problem' in trainable) return [];
  const covered = [...coveredIn(items, 'groups'), ...coveredIn(items, 'trainable_groups')];
  const others = items.filter((item) => !covered.some((idle) => idle.item === item));
  const found = [...covered, ...others.flatMap((item) => outsideOf(item, items))];
  return items.flatMap((item) => found.find((idle) => idle.item === item) ?? []);
}

/** Small ones first: of `attention` and its four parts, the parts are the ones too many; of equals, the later one. */
function coveredIn(items: readonly FreezePattern[], key: FreezeKey): Idle[] {
  const list = items.filter((item) => item.key === key);
  const order = [...list].reverse().sort((a, b) => matchedBy(a).length - matchedBy(b).length);
  const idle = new Map<FreezePattern, Idle>();
  for (const item of order) {
    const others = list.filter((other) => other !== item && !idle.has(other));
    const by = others.find((other) => includesAll(new Set(matchedBy(other)), item));
    const all = new Set(others.flatMap((other) => matchedBy(other)));
    if (by !== undefined) idle.set(item, { item, because: `${quote(by.pattern)} names all of it` });
    else if (includesAll(all, item)) idle.set(item, { item, because: 'the other groups name all of it' });
  }
  return [...idle.values()];
}

/** Nothing that it names may move anyway. */
function outsideOf(item: FreezePattern, items: readonly FreezePattern[]): Idle[] {
  const movers = items.filter(({ key }) => key === 'trainable_groups');
  if (item.key !== 'groups' || movers.length === 0) return [];
  const named = new Set(movers.flatMap((mover) => matchedBy(mover)));
  return matchedBy(item).some((name) => named.has(name))
    ? []
    : [{ item, because: 'everything outside of `trainable_groups` stands still anyway' }];
}

function includesAll(names: ReadonlySet<string>, item: FreezePattern): boolean {
  return matchedBy(item).every((name) => names.has(name));
}

export const examples: Examples = {
  good: [
    { text: 'freeze: {groups: [attention, gate]}\n', world: { model: {} } },
    { text: 'freeze: {trainable_groups: [attention], groups: [q, layers 0]}\n', world: { model: {} } },
    { text: 'freeze: {groups: [attention, q]}\n' },
  ],
  bad: [
    {
      text: 'freeze:\n  groups: [q, o, attention]  # hold\n',
      world: { model: {} },
      says: [
        '`q` has no effect, because `attention` names all of it: delete it.',
        '`o` has no effect, because `attention` names all of it: delete it.',
      ],
      fixed: 'freeze:\n  groups: [attention]  # hold\n',
    },
    {
      text: 'freeze:\n  groups:\n    - ffn\n    - ffn  # twice\n',
      world: { model: {} },
      says: ['`ffn` has no effect, because `ffn` names all of it: delete it.'],
      fixed: 'freeze:\n  groups:\n    - ffn\n',
    },
    {
      text: 'freeze: {groups: [gate, up, down, "mlp.(gate|up)"]}\n',
      world: { model: {} },
      says: [
        '`gate` has no effect, because `mlp.(gate|up)` names all of it: delete it.',
        '`up` has no effect, because `mlp.(gate|up)` names all of it: delete it.',
      ],
      fixed: 'freeze: {groups: [down, "mlp.(gate|up)"]}\n',
    },
    {
      text: 'freeze:\n  groups: [ffn]\n  trainable_groups: [attention]\n',
      world: { model: {} },
      says: [
        '`ffn` has no effect, because everything outside of `trainable_groups` stands still anyway: delete it.',
      ],
      fixed: 'freeze:\n  trainable_groups: [attention]\n',
    },
  ],
};
