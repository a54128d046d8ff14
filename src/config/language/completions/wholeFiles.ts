import type { Cure } from '../../newConfig.ts';
import { renderNewConfig } from '../../newConfig.ts';
import type { Span } from '../span.ts';
import { complete, inSnippet, order, type Completion } from './completion.ts';

interface WholeFile {
  readonly label: string;
  readonly detail: string;
  readonly cures: readonly Cure[];
}

const FILES: readonly WholeFile[] = [
  {
    label: 'Self-distillation',
    detail: 'learn new facts and keep the old answers',
    cures: ['self_distill'],
  },
  { label: 'Attention only', detail: 'learn a format and hardly any fact', cures: ['attention_only'] },
  { label: 'Plain fine-tuning', detail: 'all parameters, no cure against forgetting', cures: [] },
];

/** Words that stand for what a user fills in, and which YAML leaves as they are. */
const STOPS: readonly (readonly [string, string])[] = [
  ['MODEL-FOLDER', 'model'],
  ['DATA-FILE', 'data/rows.jsonl'],
];

/** Whole configs for an empty file. */
export function wholeFileCompletions(range: Span, isJson: boolean): Completion[] {
  return FILES.map(({ label, detail, cures }, index) => {
    const insert = isJson ? jsonConfig(cures) : yamlConfig(cures);
    return complete(range, {
      label,
      kind: 'snippet',
      insert,
      isSnippet: true,
      detail,
      sort: order(0, index),
    });
  });
}

function yamlConfig(cures: readonly Cure[]): string {
  return withStops(renderNewConfig({ model: 'MODEL-FOLDER', data: 'DATA-FILE', cures }));
}

function jsonConfig(cures: readonly Cure[]): string {
  const config = {
    version: 1,
    model_name_or_path: 'MODEL-FOLDER',
    train_file: 'DATA-FILE',
    ...(cures.includes('self_distill') ? { self_distill: {} } : {}),
    ...(cures.includes('attention_only') ? { freeze: { trainable_groups: ['attention'] } } : {}),
    probes: { sets: 'auto' },
  };
  return withStops(JSON.stringify(config, undefined, 2));
}

function withStops(text: string): string {
  return STOPS.reduce(
    (done, [word, value], index) => done.replace(word, `\${${index + 1}:${value}}`),
    inSnippet(text),
  );
}
