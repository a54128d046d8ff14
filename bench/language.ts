import { completionsAt, hoverAt } from '../src/config/language/index.ts';
import { FILES, FOLDER, HUB } from '../test/config/configs.ts';
import { GOOD_MODEL } from '../test/config/rules/world.ts';
import type { Facts } from '../src/config/facts.ts';
import { milliseconds, waits, type Figure } from './figure.ts';

const ROUNDS = 40;

const facts = ((kind: string) => (kind === 'model' ? GOOD_MODEL : undefined)) as Facts;
const surroundings = { files: FILES, hub: HUB, folder: FOLDER, facts };

/** 300 lines: settings, blocks, a long list of prompts, and comments. */
const HEAD = [
  'version: 1',
  'model_name_or_path: model',
  'train_file:',
  ...Array.from({ length: 40 }, (_, index) => `  - {path: part-${index}.jsonl, weight: 1}`),
  'learning_rate: 5.0e-5  # as in the paper',
  'self_distill:',
  '  kd_weight: 1.0',
  'probes:',
  '  prompts:',
  ...Array.from({ length: 200 }, (_, index) => `    - "Wording ${index}: {question}"`),
];
const COMMENTS = Array.from({ length: 299 - HEAD.length }, (_, index) => `# Note ${index}.`);

/** What somebody waits for while typing and pointing, in a config of 300 lines. */
export function benchLanguage(): Figure[] {
  const config = [...HEAD, ...COMMENTS, ''].join('\n');
  const long = `${config}${'# and so on, and so on\n'.repeat(20_000)}`;
  return [
    waits('completion of a key', completing(config), 2, '< 30 ms'),
    waits('completion of a value', completing(`${config}engine: `), 2, '< 30 ms'),
    waits('completion of a parameter group', completing(`${config}freeze: {groups: [`), 2, '< 30 ms'),
    waits('completion of a key below 20,000 lines', completing(long), 2, '< 30 ms'),
    waits('hover over self_distill', hovering(config, 'self_distill'), 2, '< 30 ms'),
  ];
}

/** Milliseconds each; every round another text, as when somebody types. */
function completing(text: string): number[] {
  return rounds((round) => {
    const typed = text.replace('Note 0', `Note ${round}`);
    completionsAt({ text: typed, offset: typed.length, surroundings });
  });
}

function hovering(text: string, words: string): number[] {
  return rounds((round) => {
    const typed = text.replace('Note 0', `Note ${round}`);
    hoverAt({ text: typed, offset: typed.indexOf(words), surroundings, problems: [] });
  });
}

function rounds(action: (round: number) => void): number[] {
  for (let round = 0; round < 5; round += 1) action(round);
  return Array.from({ length: ROUNDS }, (_, round) => milliseconds(() => action(10 + round)));
}
