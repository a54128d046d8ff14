import { grouped } from '../../base/format.ts';
import { aboutTime } from '../approximately.ts';
import { valueRange } from '../parse.ts';
import { QWEN_WITHOUT_WEIGHTS, type Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** A processor is fine for what ends within hours. */
const LONG_SECONDS = 6 * 3_600;
/** Without rows nobody knows how long it takes; such models take long in any case. */
const LARGE = 1e9;

export const noGpu = defineRule({
  code: 'engine.no-gpu',
  level: 'warning',
  side: 'meaning',
  what: 'The run would use the processor, and take more than six hours there, or its model has more than a billion parameters.',
  why: 'A GPU is ten to a hundred times as fast.',
  cure: 'Run it on a machine with a GPU, take a smaller model, or train less: fewer epochs, fewer rows.',
  find: (input) => (isLong(input) ? [input.about.parameters()] : []),
  tell: (parameters, { parsed, about }) => {
    const seconds = about.estimate()?.time.seconds;
    const time = seconds === undefined ? '' : `, which takes about ${aboutTime(seconds)}`;
    return {
      path: ['model_name_or_path'],
      range: valueRange(parsed, ['model_name_or_path']),
      message: `There is no GPU here, so the processor would train ${grouped(parameters)} parameters${time}: run it on a machine with one, or take a smaller model.`,
    };
  },
});

function isLong({ about }: RuleInput): boolean {
  if (about.engine() !== 'torch' || about.place()?.kind !== 'cpu') return false;
  const seconds = about.estimate()?.time.seconds;
  return seconds === undefined ? (about.parameters() ?? 0) > LARGE : seconds > LONG_SECONDS;
}

export const examples: Examples = {
  good: [
    { text: 'engine: torch\n', world: { model: {}, tokens: { 'rows.jsonl': {} }, device: { gpus: [] } } },
    {
      text: 'engine: torch\nfrom_config: true\n',
      world: { model: QWEN_WITHOUT_WEIGHTS, device: { gpus: undefined } },
    },
    {
      text: 'engine: torch\nfrom_config: true\n',
      world: {
        model: QWEN_WITHOUT_WEIGHTS,
        device: { gpus: [{ name: 'NVIDIA A100', kind: 'cuda', memory_bytes: 80e9 }] },
      },
    },
  ],
  bad: [
    {
      text: 'engine: torch\nfrom_config: true\n',
      world: { model: QWEN_WITHOUT_WEIGHTS, device: { gpus: [] } },
      says: [
        'There is no GPU here, so the processor would train 1,543,714,304 parameters: run it on a machine with one, or take a smaller model.',
      ],
      alsoSays: ['probes.random-model'],
    },
  ],
};
