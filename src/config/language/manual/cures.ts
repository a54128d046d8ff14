import type { Manual } from './entry.ts';

const LOSS = [
  'loss = sum(ce) / N_ce + kd_weight * T^2 * sum(kl) / N_kd',
  'kl   = KL( softmax(teacher / T) || softmax(student / T) ), full vocabulary',
];
const PAPER = 'arXiv 2604.15574';

export const SELF_DISTILL: Manual = {
  self_distill: {
    more:
      'The model learns the labels and at the same time keeps to what a frozen copy of itself says at every token. Both sums are divided by ' +
      'their own number of tokens in the whole step. A new fact wins over the old answer only while `kd_weight * T * N_ce / N_kd` is below 1.',
    equation: LOSS,
    usual: { kd_weight: '1.0', temperature: '0.5', positions: 'all', teacher: 'snapshot' },
    source: `${PAPER}; learning without forgetting (Li and Hoiem 2017)`,
  },
  'self_distill.kd_weight': {
    more:
      'More keeps more of the old and learns new facts later. Trainers that leave out T^2 need another number for the same pull: at T = 0.5 ' +
      'a weight of 1 here is 0.25 there.',
    equation: LOSS.slice(0, 1),
    values: [
      { value: 1, means: 'the default' },
      { value: 0.5, means: 'learn faster, keep less' },
      { value: 2, means: 'keep more, learn later' },
      { value: 0, means: 'no distillation: the control with the same warm-up' },
    ],
    source: PAPER,
  },
  'self_distill.temperature': {
    more:
      'Below 1 the distributions are sharpened, so that the pull goes to the answers the teacher is sure of and new facts can still win. ' +
      'Above 1, as in classic distillation, they often cannot.',
    equation: ['p = softmax(logits / T)'],
    values: [
      { value: 0.5, means: 'the default' },
      { value: 1, means: 'distributions as they are' },
      { value: 2, means: 'classic distillation; new facts hardly win' },
    ],
    source: PAPER,
  },
  'self_distill.positions': {
    more:
      'Position t counts if token t + 1 is a real token of the row. Completions are short, so a pull on them alone is several times as ' +
      'strong at the answer for the same `kd_weight`.',
    values: [
      { value: 'all', means: 'every token of a row, the question too' },
      { value: 'completion', means: 'the answer only: cheaper, and new facts come later' },
    ],
    source: PAPER,
  },
  'self_distill.teacher': {
    more:
      'What the teacher says is computed once and kept on disk until the run is finished. `base` also punishes learning the answer format, ' +
      'which a snapshot has learned already.',
    values: [
      { value: 'snapshot', means: 'the model after a warm-up on rows it knows' },
      { value: 'base', means: 'the untouched model' },
    ],
    source: PAPER,
  },
  'self_distill.snapshot_epochs': {
    more: 'The warm-up runs at a constant learning rate; the run proper goes on from there with a fresh optimizer.',
    unit: 'passes',
    equation: ['warm-up steps = max(20, ceil(snapshot_epochs * ceil(rows / effective batch)))'],
    values: [{ value: 1, means: 'the default' }],
    source: PAPER,
  },
  'self_distill.snapshot_data': {
    more: 'With fewer than 32 rows that the base model knows a run does not start: write `all`, or use data with more of them.',
    values: [
      { value: 'known', means: 'the answer format is learned and no new fact' },
      { value: 'all', means: 'for data with hardly a row that the model knows' },
    ],
    source: PAPER,
  },
};

export const FREEZE: Manual = {
  freeze: {
    more:
      'Frozen parameters cost no gradient and no optimizer state, and are compared bit for bit at the end. Training attention only learns ' +
      'a task and few new facts; training the feed-forward parts only is like training all.',
    usual: { trainable_groups: '[attention]' },
    source: `${PAPER}, table 1`,
  },
  'freeze.groups': {
    more:
      'Biases go with their projection, q and k norms with `norms`. A head that is tied to the embeddings has no parameter of its own: it ' +
      'is `embeddings`. A pattern that matches nothing is an error.',
  },
  'freeze.trainable_groups': {
    more:
      'With both lists a parameter moves if `trainable_groups` names it and `groups` does not. `[attention]` is the setting for data ' +
      'without facts to learn.',
    source: `${PAPER}, table 1`,
  },
};
