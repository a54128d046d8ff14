import { grouped } from '../../base/format.ts';
import { askingRows } from '../dataFiles.ts';
import { setSetting } from '../edits.ts';
import type { NamedFile } from '../namedFile.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** A pass forwards and backwards costs about three passes forwards (Kaplan et al. 2020, section 2.1). */
const TRAINED_ROW = 3;
/** What the default, a twentieth of the run, comes to; nobody chose that. */
const USUAL = 22;
/** In the set that ships with Holdfast. */
const SHIPPED_FACTS = 1_200;

export const frequentEvaluation = defineRule({
  code: 'schedule.frequent-evaluation',
  level: 'hint',
  side: 'meaning',
  what: 'Evaluations are so frequent that they would take longer than training.',
  why: 'Each asks the model every training question and every held fact; short curves with few points show the same.',
  cure: 'Write a share of all steps, such as `eval_steps: 0.05`, or lower `probes.max_facts`.',
  find: (input) => {
    const [length, rows, facts] = [input.about.length(), input.about.rows(), factsAsked(input)];
    if (length === undefined || rows === undefined || facts === undefined) return [];
    const training = TRAINED_ROW * length.epochs * rows.perEpoch;
    const times = (length.evaluations * facts) / Math.max(1, training);
    return length.evaluations > USUAL && times > 1 ? [{ times, facts, count: length.evaluations }] : [];
  },
  tell: ({ times, facts, count }, { parsed }) => ({
    path: ['eval_steps'],
    range: valueRange(parsed, ['eval_steps']),
    message: `${grouped(count)} evaluations of ${grouped(facts)} facts and rows take about ${times < 10 ? times.toFixed(1) : grouped(times)} times as long as training: write \`eval_steps: 0.05\`.`,
    fixes: [
      {
        title: 'Change to 0.05, 20 times per run',
        edits: [setSetting(parsed, ['eval_steps'], '0.05')],
        isCertain: false,
      },
    ],
  }),
});

/**
 * What one evaluation looks at: questions of the training files, rows of eval_file. Held facts are those that the base model
 * knows, which nobody can say yet, so half of them are counted; undefined as long as a file is not known.
 */
function factsAsked({ about }: RuleInput): number | undefined {
  const config = about.config();
  if (config === undefined) return undefined;
  const trained = about.trainFiles().map(questionsIn);
  const probes = config.probes.sets === 'auto' ? [SHIPPED_FACTS] : about.probeFiles().map(questionsIn);
  const held = probes.map((rows) =>
    rows === undefined ? undefined : Math.min(rows, config.probes.max_facts) / 2,
  );
  const evaluated = about.evalFile() === undefined ? 0 : about.evalFile()?.data()?.rows;
  const all = [...trained, ...held, evaluated];
  const known = all.filter((count) => count !== undefined);
  return known.length < all.length ? undefined : Math.round(known.reduce((sum, count) => sum + count, 0));
}

function questionsIn({ data }: NamedFile): number | undefined {
  const known = data();
  return known && askingRows(known);
}

const ROWS = {
  data: { 'rows.jsonl': { rows: 1_000, kinds: { text: 0, completion: 0, question: 1_000, chat: 0 } } },
};

export const examples: Examples = {
  good: [
    { text: 'seed: 1\n', world: ROWS },
    { text: 'eval_steps: 25\n', world: ROWS },
    { text: 'eval_steps: 1\n' },
    { text: 'eval_steps: 1\nmax_steps: 10\n', world: ROWS },
  ],
  bad: [
    {
      text: 'eval_steps: 1  # a smooth curve\n',
      world: ROWS,
      says: [
        '376 evaluations of 1,500 facts and rows take about 63 times as long as training: write `eval_steps: 0.05`.',
      ],
      fixed: 'eval_steps: 0.05  # a smooth curve\n',
    },
    {
      text: 'eval_steps: 2\neval_file: more.jsonl\n',
      world: { data: { ...ROWS.data, 'more.jsonl': { rows: 500 } } },
      says: [
        '189 evaluations of 2,000 facts and rows take about 42 times as long as training: write `eval_steps: 0.05`.',
      ],
      fixed: 'eval_steps: 0.05\neval_file: more.jsonl\n',
    },
  ],
};
