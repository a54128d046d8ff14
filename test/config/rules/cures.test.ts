import { expect, test } from 'vitest';
import { toldOf } from '../configs.ts';

/** What is said of the blocks of the two cures; what a model's parameter names decide is the engine's to say. */
test.each<[string, string[]]>([
  ['self_distill: {}', []],
  ['self_distill: {kd_weight: 1.9, temperature: 0.5, positions: completion, teacher: snapshot}', []],
  [
    'self_distill: {kd_weight: 2, temperature: 1, positions: completion, teacher: base}',
    [
      '4:27 self-distill.labels-cannot-win: `kd_weight` `2` times `temperature` `1` is 2, and from 1 on the teacher outweighs the labels, so that no new answer becomes the likeliest: write `kd_weight: 0.9` or less.',
      '4:78 self-distill.base-punishes-format: `self_distill.teacher` is `base`, which has not seen the format of the answers and pulls against learning it: write `snapshot`, which learns the format first.',
    ],
  ],
  [
    'self_distill: {teacher: model}',
    [
      '4:25 self-distill.teacher-is-model: The teacher `model` is the model itself, which would be loaded twice: write `base`, which is the same, or `snapshot`.',
    ],
  ],
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
    'self_distill: {teacher: /cache/held, snapshot_epochs: 2, snapshot_data: all}',
    [
      '4:38 ignored-setting: `self_distill.snapshot_epochs` has no effect because `self_distill.teacher` is `/cache/held`: delete it, or write `teacher: snapshot`.',
      '4:58 ignored-setting: `self_distill.snapshot_data` has no effect because `self_distill.teacher` is `/cache/held`: delete it, or write `teacher: snapshot`.',
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
