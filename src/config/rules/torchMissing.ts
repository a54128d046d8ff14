import { torchOnlyKeys } from '../../protocol/torchConfig.ts';
import { keyRange, valueRange } from '../parse.ts';
import type { Path } from '../path.ts';
import { showPath } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** Known before the run is started and fails on it. */
export const torchMissing = defineRule({
  code: 'engine.torch-missing',
  level: 'warning',
  side: 'meaning',
  what: 'The run needs the torch engine, and no Python on this machine can run it.',
  why: 'The run could not start here; on another machine it may.',
  cure: 'Run `holdfast setup torch`, or take out what needs that engine.',
  find: (input) => {
    const torch = input.about.torch();
    const demand = input.about.demand();
    if (torch?.usable !== false || demand?.engine !== 'torch' || !demand.isMust) return [];
    return [{ path: culprit(input), problem: torch.problem ?? 'run `holdfast setup torch`.' }];
  },
  tell: ({ path, problem }, { parsed }) => ({
    path,
    range:
      path[0] === 'engine' || path[0] === 'model_name_or_path'
        ? valueRange(parsed, path)
        : keyRange(parsed, path),
    message: `${subject(path)} needs the torch engine; ${lowerFirst(problem)}`,
  }),
});

/** The setting that leaves no choice. */
function culprit({ about }: RuleInput): Path {
  const config = about.config();
  if (config?.engine === 'torch') return ['engine'];
  return [torchOnlyKeys(config ?? {})[0] ?? 'model_name_or_path'];
}

function subject(path: Path): string {
  if (path[0] === 'engine') return '`engine: torch`';
  return path[0] === 'model_name_or_path' ? 'This model' : showPath(path);
}

/** "PyTorch" and paths stay what they are. */
function lowerFirst(text: string): string {
  return /^(The|No|A|An) /.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}

const NONE = { torch: { usable: false, problem: 'No Python was found: run "holdfast setup torch".' } };

export const examples: Examples = {
  good: [
    { text: 'engine: torch\n', world: { engines: { torch: { usable: true } } } },
    { text: 'engine: torch\n', world: { engines: { torch: undefined } } },
    { text: 'engine: tfjs\n', world: { engines: NONE } },
    { text: 'learning_rate: 1.0e-4\n', world: { engines: NONE, model: {} } },
  ],
  bad: [
    {
      text: 'engine: torch\n',
      world: { engines: NONE },
      says: ['`engine: torch` needs the torch engine; no Python was found: run "holdfast setup torch".'],
    },
    {
      text: 'gradient_checkpointing: true\n',
      world: {
        engines: {
          torch: {
            usable: false,
            problem: 'Python 3.8.10 (python3) is too old: run "holdfast setup torch".',
          },
        },
      },
      says: [
        '`gradient_checkpointing` needs the torch engine; Python 3.8.10 (python3) is too old: run "holdfast setup torch".',
      ],
    },
    {
      text: 'seed: 1\n',
      world: { engines: NONE, model: { config: { architectures: ['GPT2LMHeadModel'] } } },
      says: ['This model needs the torch engine; no Python was found: run "holdfast setup torch".'],
    },
  ],
};
