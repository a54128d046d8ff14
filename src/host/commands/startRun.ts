import { QuickPickItemKind, Uri, window, type QuickPickItem } from 'vscode';
import { grouped } from '../../base/format.ts';
import { plural } from '../../base/text.ts';
import type { Problem } from '../../config/problem.ts';
import type { Resolution } from '../../config/resolve.ts';
import type { Summary } from '../../config/summary.ts';
import type { SummaryLine } from '../../config/summaryText.ts';
import { modelTitle } from '../../folder/hubCache.ts';
import { engineDemand } from '../../launch/chooseEngine.ts';
import { isTeacherWord, type RunConfig } from '../../protocol/runConfig.ts';
import { methodLabel } from '../../runs/methodLabel.ts';
import { pickConfig, type ConfigSource } from '../configDocument.ts';
import { goToProblem, preparedConfig, problemItem } from '../configProblems.ts';
import { launch, rootFor } from '../launcher.ts';
import { plain } from '../plain.ts';
import type { CommandHandler, Services } from '../services.ts';
import { mayRunPrograms } from '../trust.ts';

/** The open config, or one the user picks: says what will run, what it costs and what is wrong with it, and starts it. */
export const startRun: CommandHandler = async (services, arg) => {
  if (!(await mayRunPrograms())) return;
  const source = await pickConfig(arg);
  if (source === undefined) return;
  const { resolution, summary } = await preparedConfig(services, source);
  const choice = await confirm(services, source, resolution, summary);
  if (choice === undefined) return;
  if (choice.kind === 'problem') await goToProblem(source, choice.problem);
  else if (choice.kind === 'edit') await window.showTextDocument(Uri.file(source.path));
  else if (resolution.config !== undefined) await launch(services, source, resolution);
};

type Choice =
  | { readonly kind: 'start' }
  | { readonly kind: 'edit' }
  | { readonly kind: 'problem'; readonly problem: Problem };
type ChoiceItem = QuickPickItem & { readonly choice?: Choice };

async function confirm(
  services: Services,
  source: ConfigSource,
  { config, problems }: Resolution,
  summary: Summary | undefined,
): Promise<Choice | undefined> {
  const canStart = config !== undefined;
  const lines = summary === undefined ? [] : services.configTools().summaryLines(summary);
  const items: ChoiceItem[] = [
    canStart ? startItem(lines) : blockedItem(problems),
    ...(problems.length === 0 ? [] : [separator('Problems'), ...problems.map(choiceOf)]),
    ...(config === undefined
      ? []
      : [separator('What will run'), ...factItems(services, source, config, summary, lines)]),
    { label: '$(edit) Edit the config', choice: { kind: 'edit' } },
  ];
  const picked = await window.showQuickPick(items, {
    title: `Holdfast: Start ${plain(source.name, 80)}`,
    placeHolder: canStart ? 'Enter starts the run' : 'Choose a problem to see it in the config',
    ignoreFocusOut: true,
  });
  // The lines that only inform start the run too: Enter is Enter.
  if (picked === undefined) return undefined;
  return picked.choice ?? (canStart ? { kind: 'start' } : { kind: 'edit' });
}

function startItem(lines: readonly SummaryLine[]): ChoiceItem {
  const texts = lines.filter(({ name }) => name === 'Steps' || name === 'Time').map(({ text }) => text);
  return { label: '$(play) Start', detail: texts.join(', '), choice: { kind: 'start' } };
}

function blockedItem(problems: readonly Problem[]): ChoiceItem {
  const errors = problems.filter(({ level }) => level === 'error');
  const first = errors[0];
  return {
    label: `$(error) ${plural(errors.length, 'error')} ${errors.length === 1 ? 'keeps' : 'keep'} it from starting`,
    ...(first === undefined ? {} : { choice: { kind: 'problem', problem: first } }),
  };
}

/** The icon of each line of a summary. */
const ICONS: Readonly<Record<string, string>> = {
  Data: 'database',
  Steps: 'list-ordered',
  Parameters: 'symbol-parameter',
  Memory: 'server',
  Disk: 'save',
  Time: 'clock',
  'New facts': 'lightbulb',
};

function factItems(
  services: Services,
  source: ConfigSource,
  config: RunConfig,
  summary: Summary | undefined,
  lines: readonly SummaryLine[],
): ChoiceItem[] {
  const line = (icon: string, label: string, description: string): ChoiceItem => ({
    label: `$(${icon}) ${label}`,
    description: plain(description, 160),
  });
  const { sets } = config.probes;
  const size = summary?.num_parameters;
  return [
    line(
      'package',
      'Model',
      `${modelTitle(config.model_name_or_path)}${size === undefined ? '' : `, ${grouped(size)} parameters`}`,
    ),
    line(
      'beaker',
      'Method',
      `${methodLabel(config)}, learning rate ${config.learning_rate}, ${config.num_train_epochs} epochs`,
    ),
    engineItem(config, line),
    ...teacherItem(config, line),
    line(
      'flame',
      'Forgetting',
      sets === 'auto'
        ? 'measured on 1,200 general facts that ship with Holdfast'
        : sets.length === 0
          ? 'not measured'
          : `measured on ${sets.map(({ name }) => name).join(', ')}`,
    ),
    ...lines.map(({ name, text }) => line(ICONS[name] ?? 'info', name, text)),
    line('folder', 'Folder', rootFor(services, source.path)),
  ];
}

type Line = (icon: string, label: string, description: string) => ChoiceItem;

/** What is wanted; whether it is there is found out when the run starts, because asking Python takes seconds. */
function engineItem(config: RunConfig, line: Line): ChoiceItem {
  const { engine, because } = engineDemand(config);
  const name = engine === 'torch' ? 'torch (PyTorch)' : 'tfjs (TypeScript, on the processor)';
  return line('gear', 'Engine', because === undefined ? name : `${name}, ${because}`);
}

function teacherItem({ self_distill: distill }: RunConfig, line: Line): ChoiceItem[] {
  if (distill === undefined) return [];
  const { teacher } = distill;
  const words = {
    snapshot: 'the model itself, after a warm-up on rows it knows',
    base: 'the untouched model',
  };
  return [line('mortar-board', 'Teacher', isTeacherWord(teacher) ? words[teacher] : modelTitle(teacher))];
}

function choiceOf(problem: Problem): ChoiceItem {
  return { ...problemItem(problem), choice: { kind: 'problem', problem } };
}

function separator(label: string): ChoiceItem {
  return { label, kind: QuickPickItemKind.Separator };
}
