import { join } from 'node:path';
import { ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { bytes, grouped, percent, share } from '../../base/format.ts';
import { checkpointName, runPaths } from '../../folder/layout.ts';
import { checkpointSteps } from '../../launch/checkpoints.ts';
import type { KnownRun } from '../../launch/runWatch.ts';
import type { LostFactsView, RunView, ShareView } from '../../protocol/panelMessages.ts';
import { lastItem } from '../../runs/series.ts';
import { runView } from '../../runs/runView.ts';
import { COMMANDS } from '../contributions.ts';
import { plain } from '../plain.ts';
import type { Leaf, Part } from './nodes.ts';

/** What a run unfolds into, in this order. */
export const PARTS: readonly Part[] = ['metrics', 'checkpoints', 'lostFacts', 'config', 'log'];

interface PartLook {
  readonly label: string;
  readonly icon: string;
  readonly description: (view: RunView) => string;
  /** undefined: it unfolds. */
  readonly command?: string;
}

const LOOKS: Readonly<Record<Part, PartLook>> = {
  metrics: { label: 'Metrics', icon: 'graph-line', description: () => '' },
  checkpoints: { label: 'Checkpoints', icon: 'save', description: () => '' },
  lostFacts: {
    label: 'Lost Facts',
    icon: 'flame',
    description: ({ forgetting }) => (forgetting === undefined ? '' : grouped(forgetting.lost)),
  },
  config: {
    label: 'Config as Run',
    icon: 'settings',
    description: ({ config }) => config ?? '',
    command: COMMANDS.openConfig,
  },
  log: { label: 'Log', icon: 'output', description: () => '', command: COMMANDS.openLog },
};

export function partItem(run: KnownRun, part: Part): TreeItem {
  const look = LOOKS[part];
  const unfolds = look.command === undefined;
  const item = new TreeItem(
    look.label,
    unfolds ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None,
  );
  item.id = `${run.folder}#${part}`;
  item.description = plain(look.description(runView(run)));
  item.iconPath = new ThemeIcon(look.icon);
  item.contextValue = `part-${part}`;
  if (look.command !== undefined)
    item.command = {
      command: look.command,
      title: look.label,
      arguments: [{ kind: 'run', folder: run.folder }],
    };
  return item;
}

export function metricLeaves(run: KnownRun): Leaf[] {
  const view = runView(run);
  const last = lastItem(run.state.evaluations);
  const drift = Object.entries(last?.drift ?? {}).map(([layer, value]) =>
    leaf(`Drift, layer ${layer}`, value.toFixed(4)),
  );
  const leaves = [
    shareLeaf('Held', view.held, 'Facts it knew, never trained on.'),
    shareLeaf('Known', view.known, 'Trained rows it knew.'),
    shareLeaf('New', view.new, 'Trained rows it did not know.'),
    view.forgetting === undefined
      ? undefined
      : leaf(
          'Forgetting',
          `${percent(view.forgetting.relative)} (${view.forgetting.lost} lost, ${view.forgetting.gained} gained)`,
          `Against the best held share, at step ${view.forgetting.referenceStep}.`,
        ),
    view.loss === undefined
      ? undefined
      : leaf('Loss', view.loss.toFixed(4), 'Nats per counted token, last step.'),
    last?.eval_loss == null ? undefined : leaf('Eval loss', last.eval_loss.toFixed(4)),
    ...drift,
    last?.kl_to_base == null ? undefined : leaf('KL to base', last.kl_to_base.toFixed(4)),
    view.secondsPerStep === undefined
      ? undefined
      : leaf('Seconds per step', view.secondsPerStep.toPrecision(3)),
    view.tokensPerSecond === undefined ? undefined : leaf('Tokens per second', grouped(view.tokensPerSecond)),
    view.memoryBytes === undefined ? undefined : leaf('Memory', bytes(view.memoryBytes)),
  ];
  const shown = leaves.filter((item) => item !== undefined);
  return shown.length > 0 ? shown : [leaf('Nothing measured yet', '')];
}

/** Those that are still on disk, newest first; the best one marked. */
export function checkpointLeaves({ folder, state }: KnownRun): Leaf[] {
  const steps = checkpointSteps(folder).reverse();
  if (steps.length === 0) return [leaf('None saved yet', '')];
  return steps.map((step) => ({
    label: `Step ${step}`,
    description: step === state.bestStep ? 'best' : '',
    tooltip: 'A Hugging Face folder: config.json, model.safetensors, tokenizer.json.',
    icon: step === state.bestStep ? 'star-full' : 'save',
    context: 'checkpoint',
    path: join(runPaths(folder).checkpoints, checkpointName(step)),
  }));
}

const SHOWN_FACTS = 200;

export function factLeaves({ facts, total, problem, step }: LostFactsView): Leaf[] {
  if (problem !== undefined) return [{ label: problem, description: '', icon: 'warning' }];
  if (step === undefined) return [leaf('Nothing measured yet', '')];
  if (facts.length === 0) return [{ label: 'None', description: `at step ${step}`, icon: 'pass' }];
  const shown = facts.slice(0, SHOWN_FACTS).map(({ question, before, now, since }): Leaf => ({
    label: question,
    description: `${before} → ${now ?? '?'}`,
    tooltip: `${question} Before: ${before}. Now: ${now ?? 'not asked'}. Wrong since step ${since}.`,
  }));
  return total > shown.length ? [...shown, leaf(`${total - shown.length} more, in the panel`, '')] : shown;
}

export function leafItem({ label, description, tooltip, icon, context, path }: Leaf, id: string): TreeItem {
  const item = new TreeItem(plain(label, 120), TreeItemCollapsibleState.None);
  item.id = id;
  item.description = plain(description, 120);
  if (tooltip !== undefined) item.tooltip = plain(tooltip, 1_000);
  if (icon !== undefined) item.iconPath = new ThemeIcon(icon);
  if (context !== undefined) item.contextValue = context;
  if (path !== undefined)
    item.command = { command: COMMANDS.reveal, title: 'Reveal Folder', arguments: [{ kind: 'path', path }] };
  return item;
}

function leaf(label: string, description: string, tooltip?: string): Leaf {
  return { label, description, ...(tooltip === undefined ? {} : { tooltip }) };
}

function shareLeaf(label: string, value: ShareView | null, what: string): Leaf | undefined {
  if (value === null) return undefined;
  const { correct, total, low, high } = value;
  return leaf(
    label,
    `${share(value.share)} (${correct} of ${total})`,
    `${what} 95 % interval ${share(low)} to ${share(high)}.`,
  );
}
