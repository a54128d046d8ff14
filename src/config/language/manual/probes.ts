import type { Manual } from './entry.ts';

const WORDINGS = [
  { value: 'Q: {question}\nA:', means: 'question and answer' },
  { value: 'Question: {question}\nAnswer:', means: 'the same in full words' },
  { value: '{question} The answer is', means: 'a sentence to go on with' },
];

export const PROBES: Manual = {
  probes: {
    more:
      'Before the first step the base model is asked; the facts it knows and that no training row touches are the held facts. Forgetting ' +
      'is the share of them that is lost since the best evaluation so far.',
    equation: ['forgetting = (best held EM so far - held EM now) / best held EM so far'],
    usual: { sets: 'auto', max_forgetting: '0.05', on_exceeded: 'warn' },
  },
  'probes.sets': {
    more:
      'Sets of your own are worth it where the knowledge to keep is special: a product, a field, a language. Facts that share a question, ' +
      'or a subject and relation, with a training row are left out.',
    values: [{ value: 'auto', means: 'the general-knowledge set that is shipped' }],
    usual: { name: 'general', file: 'data/probes.json' },
  },
  'probes.sets[].name': { more: 'Shown in the panel, in reports and in `evaluated` events.' },
  'probes.sets[].file': {
    more: 'At most `probes.max_facts` rows of it are asked; relative paths start at the folder of the config.',
  },
  'probes.sets[].prompts': {
    more: 'For this set alone, in place of `probes.prompts`. A fact is known only if the answer is right under every wording.',
    values: WORDINGS,
  },
  'probes.prompts': {
    more:
      'A fact is known only if the answer is right under every wording, and new only if it is right under none. The wording of the ' +
      'fine-tune should not be among them, or what was learned is taken for what was known.',
    values: WORDINGS,
  },
  'probes.num_prompts': {
    more: 'More prompts make fewer facts known, and surer ones. Without effect where `prompts` are given.',
    unit: 'prompts',
    values: [
      { value: 3, means: 'the default' },
      { value: 10, means: 'as in the study that named the classes; slower' },
    ],
    source: 'Gekhman et al. 2024',
  },
  'probes.num_fewshot': {
    more: 'Exemplars come from the same relation where there are enough, else from the same file; others for each prompt.',
    unit: 'exemplars',
    values: [{ value: 4, means: 'the default' }],
    source: 'Gekhman et al. 2024',
  },
  'probes.max_facts': {
    more: 'More facts make a narrower interval around forgetting, and slower evaluations.',
    unit: 'facts',
    values: [
      { value: 1_000, means: 'the default' },
      { value: 200, means: 'fast evaluations; an interval of some points' },
    ],
  },
  'probes.max_forgetting': {
    more: 'A checkpoint above it is never the best one.',
    unit: 'share of the held facts',
    equation: ['forgetting = (best held EM so far - held EM now) / best held EM so far'],
    values: [
      { value: 0.05, means: 'the default' },
      { value: 0.02, means: 'strict' },
      { value: 1, means: 'never complain' },
    ],
  },
  'probes.on_exceeded': {
    more: 'With `stop` the run ends at that evaluation and keeps the best checkpoint.',
    values: [
      { value: 'warn', means: 'say so and go on' },
      { value: 'stop', means: 'stop there' },
    ],
  },
};
