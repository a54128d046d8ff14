import { setSetting } from '../edits.ts';
import { labelPull, largestWinningWeight, type LabelPull } from '../labelPull.ts';
import { keyRange, valueRange, type ParsedConfig } from '../parse.ts';
import { valueAt, type Path } from '../path.ts';
import { numberText } from '../wording.ts';
import type { Range } from '../range.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A teacher that outweighs the labels keeps the model from learning what the run is for. */
export const labelsCannotWin = defineRule({
  code: 'self-distill.labels-cannot-win',
  level: 'warning',
  side: 'meaning',
  what: 'The teacher pulls at least as hard as the labels: `kd_weight * temperature * N_ce / N_kd` is 1 or more, with `N_ce` the tokens that the loss counts and `N_kd` the positions that are distilled.',
  why: 'Where the teacher is sure of the old answer, the new one never becomes the likeliest token, however long the run is.',
  cure: 'Lower `kd_weight` or `temperature`, or distil all positions.',
  source: 'arXiv 2604.15574, section 4.1: weight 1, temperature 0.5',
  find: ({ about }) => {
    const [found, weight = 0] = [labelPull(about), about.config()?.self_distill?.kd_weight];
    return found !== undefined && found.pull >= 1 ? [{ found, weight }] : [];
  },
  tell: ({ found, weight }, { parsed, about }) => {
    const best = numberText(largestWinningWeight(weight, found.pull));
    const temperature = about.config()?.self_distill?.temperature ?? 0;
    return {
      path: WEIGHT,
      range: rangeOf(parsed),
      message: `\`kd_weight\` \`${numberText(weight)}\` times \`temperature\` \`${numberText(temperature)}\`${shareText(found)} is ${twoDigits(found.pull)}, and from 1 on the teacher outweighs the labels, so that no new answer becomes the likeliest: write \`kd_weight: ${best}\` or less.`,
      fixes: [
        { title: `Write kd_weight: ${best}`, edits: [setSetting(parsed, WEIGHT, best)], isCertain: false },
      ],
    };
  },
});

const WEIGHT: Path = ['self_distill', 'kd_weight'];

/** The number to change, if it is there; else the one that is. */
function rangeOf(parsed: ParsedConfig): Range {
  const written = [WEIGHT, ['self_distill', 'temperature'], ['self_distill', 'positions']].find(
    (path) => valueAt(parsed.value, path) !== undefined,
  );
  return written === undefined ? keyRange(parsed, ['self_distill']) : valueRange(parsed, written);
}

function shareText({ tokens }: LabelPull): string {
  if (tokens === undefined) return '';
  const { counted, distilled } = tokens;
  return ` times ${oneDigit(counted)} counted of ${oneDigit(distilled)} distilled tokens a row`;
}

function oneDigit(value: number): string {
  return String(Number(value.toFixed(1)));
}

/** At least two; never rounded below 1. */
function twoDigits(value: number): string {
  return String(Number(value.toFixed(2)));
}

export const examples: Examples = {
  good: [
    { text: 'self_distill: {}\n', world: { model: {}, tokens: { 'rows.jsonl': {} } } },
    // 6 of 19 tokens count.
    { text: 'self_distill: {kd_weight: 6}\n', world: { model: {}, tokens: { 'rows.jsonl': {} } } },
    { text: 'self_distill: {kd_weight: 20}\n' },
    // Cut to 17 tokens, 3 of 16 count.
    {
      text: 'max_length: 17\nself_distill: {kd_weight: 10}\n',
      world: { model: {}, tokens: { 'rows.jsonl': {} } },
    },
    { text: 'self_distill: {kd_weight: 1.9, positions: completion}\n' },
    { text: 'completion_only_loss: false\nself_distill: {kd_weight: 1.9}\n' },
  ],
  bad: [
    {
      text: 'self_distill:\n  kd_weight: 10  # hold on\n',
      world: { model: {}, tokens: { 'rows.jsonl': {} } },
      says: [
        '`kd_weight` `10` times `temperature` `0.5` times 6 counted of 19 distilled tokens a row is 1.58, and from 1 on the teacher outweighs the labels, so that no new answer becomes the likeliest: write `kd_weight: 6.3` or less.',
      ],
      fixed: 'self_distill:\n  kd_weight: 6.3  # hold on\n',
    },
    // Weighted rows count as often as they are met.
    {
      text: 'version: 1\nmodel_name_or_path: model\ntrain_file: [{path: rows.jsonl, weight: 3}, {path: more.jsonl}]\nself_distill: {kd_weight: 4}\n',
      isWhole: true,
      world: {
        model: {},
        tokens: {
          'rows.jsonl': {
            counted: Array.from({ length: 100 }, () => 15),
            first_counted: Array.from({ length: 100 }, () => 5),
          },
          'more.jsonl': {},
        },
      },
      says: [
        '`kd_weight` `4` times `temperature` `0.5` times 12.8 counted of 19 distilled tokens a row is 1.34, and from 1 on the teacher outweighs the labels, so that no new answer becomes the likeliest: write `kd_weight: 2.9` or less.',
      ],
      fixed:
        'version: 1\nmodel_name_or_path: model\ntrain_file: [{path: rows.jsonl, weight: 3}, {path: more.jsonl}]\nself_distill: {kd_weight: 2.9}\n',
    },
    {
      text: 'self_distill: {positions: completion, kd_weight: 2}\n',
      says: [
        '`kd_weight` `2` times `temperature` `0.5` is 1, and from 1 on the teacher outweighs the labels, so that no new answer becomes the likeliest: write `kd_weight: 1.9` or less.',
      ],
      fixed: 'self_distill: {positions: completion, kd_weight: 1.9}\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl",\n "completion_only_loss": false, "self_distill": {"temperature": 2}}\n',
      isWhole: true,
      says: [
        '`kd_weight` `1` times `temperature` `2` is 2, and from 1 on the teacher outweighs the labels, so that no new answer becomes the likeliest: write `kd_weight: 0.49` or less.',
      ],
      fixed:
        '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl",\n "completion_only_loss": false, "self_distill": {"temperature": 2, "kd_weight": 0.49}}\n',
    },
  ],
};
