import { expect, test } from 'vitest';
import { toldOf } from '../configs.ts';

/** What is said of the blocks of the two cures; what a model's parameter names decide is the engine's to say. */
test.each<[string, string[]]>([
  ['self_distill: {}', []],
  ['self_distill: {kd_weight: 2, temperature: 1, positions: completion, teacher: base}', []],
  ['self_distill: {teacher: model}', []],
  ['freeze: {groups: [ffn, layers 0-3]}', []],
  ['freeze: {trainable_groups: [attention]}', []],
  [
    'self_distill: {kd_weight: 0}',
    [
      '4:27 self-distill.control: `self_distill.kd_weight` is `0`, so nothing is distilled: right as the control of a distilled run, with the same warm-up; else write `1`.',
    ],
  ],
  [
    'self_distill: {kd_weight: -1}',
    ['4:27 wrong-value: `self_distill.kd_weight` is `-1`: write a number of at least 0.'],
  ],
  [
    'self_distill: {kd_weight: .nan}',
    ['4:27 wrong-value: `self_distill.kd_weight` is `NaN`: write a number of at least 0.'],
  ],
  [
    'self_distill: {temperature: 0}',
    ['4:29 wrong-value: `self_distill.temperature` is `0`: write a number above 0.'],
  ],
  [
    'self_distill: {temperature: -0.5}',
    ['4:29 wrong-value: `self_distill.temperature` is `-0.5`: write a number above 0.'],
  ],
  [
    'self_distill: {temperature: .inf}',
    ['4:29 wrong-value: `self_distill.temperature` is `Infinity`: write a number above 0.'],
  ],
  [
    'self_distill: {positions: answer}',
    ['4:27 wrong-value: `self_distill.positions` is the text `answer`: write `all` or `completion`.'],
  ],
  [
    'self_distill: {teacher: nowhere}',
    [
      "4:25 missing-file: There is no folder `/home/ada/study/nowhere`: correct the path, which starts at the config's folder unless it is absolute.",
    ],
  ],
  [
    'self_distill: {teacher: base, snapshot_epochs: 2, snapshot_data: all}',
    [
      '4:31 ignored-setting: `self_distill.snapshot_epochs` has no effect because `self_distill.teacher` is `base`: delete it, or write `teacher: snapshot`.',
      '4:51 ignored-setting: `self_distill.snapshot_data` has no effect because `self_distill.teacher` is `base`: delete it, or write `teacher: snapshot`.',
    ],
  ],
  [
    'freeze: {}',
    [
      '4:1 freeze.empty: `freeze` names nothing: write `groups: [ffn]` for what stands still, or `trainable_groups: [attention]` for what moves.',
    ],
  ],
  [
    'freeze: {groups: []}',
    ['4:18 wrong-value: `freeze.groups` is an empty list: write a list of one or more texts.'],
  ],
])('%j', (added, expected) => {
  expect(toldOf(added)).toEqual(expected);
});
