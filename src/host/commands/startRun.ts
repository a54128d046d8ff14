import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Position, QuickPickItemKind, Range, Uri, window, type QuickPickItem } from 'vscode';
import { bytes, duration, grouped } from '../../base/format.ts';
import { plural } from '../../base/text.ts';
import type { LengthEstimate } from '../../config/estimate.ts';
import type { Problem } from '../../config/problem.ts';
import { diskFiles } from '../../folder/diskFiles.ts';
import { hubCache, modelTitle } from '../../folder/hubCache.ts';
import { engineDemand } from '../../launch/chooseEngine.ts';
import { modelSummary } from '../../launch/modelSummary.ts';
import { isTeacherWord, trainFiles, type RunConfig } from '../../protocol/runConfig.ts';
import { methodLabel } from '../../runs/methodLabel.ts';
import { runView } from '../../runs/runView.ts';
import { pickConfig, type ConfigSource } from '../configDocument.ts';
import { launch, rootFor } from '../launcher.ts';
import { plain } from '../plain.ts';
import type { CommandHandler, Services } from '../services.ts';
import { mayRunPrograms } from '../trust.ts';

/** The open config, or one the user picks: says what will run, what it costs and what is wrong with it, and starts it. */
export const startRun: CommandHandler = async (services, arg) => {
  if (!(await mayRunPrograms())) return;
  const source = await pickConfig(arg);
  if (source === undefined) return;
  const resolution = services
    .configTools()
    .resolveConfig(source.text, { files: diskFiles, hub: hubCache(), folder: source.folder });
  const choice = await confirm(services, source, resolution.config, resolution.problems);
  if (choice === undefined) return;
  if (choice.kind === 'problem') await goTo(source, choice.problem);
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
  config: RunConfig | undefined,
  problems: readonly Problem[],
): Promise<Choice | undefined> {
  const canStart = config !== undefined && !services.configTools().hasErrors(problems);
  const cost = config === undefined ? undefined : costOf(services, config);
  const items: ChoiceItem[] = [
    canStart ? startItem(cost) : blockedItem(problems),
    ...(problems.length === 0 ? [] : [separator('Problems'), ...problems.map(problemItem)]),
    ...(config === undefined
      ? []
      : [separator('What will run'), ...factItems(services, source, config, cost)]),
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

interface Cost {
  readonly length: LengthEstimate;
  readonly parameters: number | undefined;
  readonly modelType: string | undefined;
  /** Of training, evaluations not counted; undefined where nobody can tell. */
  readonly seconds: number | undefined;
  /** What `seconds` is taken from. */
  readonly basis: string;
}

/** Undefined where the data cannot be read (then a problem says so), or not in a moment. */
function costOf(services: Services, config: RunConfig): Cost | undefined {
  try {
    const files = trainFiles(config).map(({ path, weight }) => ({
      name: basename(path),
      text: readSmall(path),
      weight,
    }));
    const { estimateLength, roughSeconds } = services.configTools();
    const length = estimateLength(config, files);
    const { parameters, type } = modelSummary(config.model_name_or_path);
    const earlier = earlierSpeed(services, config);
    // How fast PyTorch is depends on a device that nobody has looked at yet.
    const isSlow = parameters !== undefined && engineDemand(config).engine === 'tfjs';
    const rough = isSlow ? roughSeconds(parameters, length) : undefined;
    return {
      length,
      parameters,
      modelType: type,
      seconds: earlier === undefined ? rough : earlier * length.steps,
      basis: earlier === undefined ? 'a rough guess' : 'as fast as its last run',
    };
  } catch {
    return undefined;
  }
}

/** Rows are counted before the run only where that is a matter of a moment: the window waits for it. */
const MAX_COUNTED_BYTES = 50e6;

function readSmall(path: string): string {
  if (statSync(path).size > MAX_COUNTED_BYTES)
    throw new Error(`${path} is too large to be counted in passing`);
  return readFileSync(path, 'utf8');
}

/** Seconds per step of the newest run with the same model, batch and method. */
function earlierSpeed({ feed }: Services, config: RunConfig): number | undefined {
  const keyOf = (other: RunConfig): string =>
    [
      other.model_name_or_path,
      other.per_device_train_batch_size,
      other.gradient_accumulation_steps,
      methodLabel(other),
    ].join('\n');
  const alike = feed.all().find(({ file, state }) => {
    return file !== undefined && state.steps.length > 5 && keyOf(file.config) === keyOf(config);
  });
  return alike === undefined ? undefined : runView(alike).secondsPerStep;
}

function startItem(cost: Cost | undefined): ChoiceItem {
  const parts =
    cost === undefined
      ? []
      : [
          `${grouped(cost.length.steps)} optimizer steps`,
          ...(cost.seconds === undefined
            ? []
            : [`about ${duration(cost.seconds)} of training (${cost.basis})`]),
        ];
  return { label: '$(play) Start', detail: parts.join(', '), choice: { kind: 'start' } };
}

function blockedItem(problems: readonly Problem[]): ChoiceItem {
  const errors = problems.filter(({ level }) => level === 'error');
  const first = errors[0];
  return {
    label: `$(error) ${plural(errors.length, 'error')} ${errors.length === 1 ? 'keeps' : 'keep'} it from starting`,
    ...(first === undefined ? {} : { choice: { kind: 'problem', problem: first } }),
  };
}

function factItems(
  services: Services,
  source: ConfigSource,
  config: RunConfig,
  cost: Cost | undefined,
): ChoiceItem[] {
  const line = (icon: string, label: string, description: string): ChoiceItem => ({
    label: `$(${icon}) ${label}`,
    description: plain(description, 160),
  });
  const left =
    cost === undefined || cost.length.unreadable === 0
      ? ''
      : `, ${cost.length.unreadable} cannot be read and are left out`;
  const size = cost?.parameters === undefined ? '' : `, ${grouped(cost.parameters)} parameters`;
  const { sets } = config.probes;
  return [
    line('package', 'Model', `${modelTitle(config.model_name_or_path)}${size}`),
    ...(cost === undefined ? [] : [line('database', 'Data', `${grouped(cost.length.rows)} rows${left}`)]),
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
    ...memoryItem(cost, line),
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

/** Weights, gradients and two moments of AdamW in float32; activations come on top. */
const BYTES_PER_PARAMETER = 16;

function memoryItem(cost: Cost | undefined, line: Line): ChoiceItem[] {
  if (cost?.parameters === undefined) return [];
  return [
    line(
      'server',
      'Memory',
      `at least ${bytes(BYTES_PER_PARAMETER * cost.parameters)} for weights, gradients and optimizer`,
    ),
  ];
}

function problemItem(problem: Problem): ChoiceItem {
  const icon = { error: 'error', warning: 'warning', hint: 'info' }[problem.level];
  return {
    label: `$(${icon}) line ${problem.range.line}`,
    description: problem.code,
    detail: plain(problem.message, 300),
    choice: { kind: 'problem', problem },
  };
}

function separator(label: string): ChoiceItem {
  return { label, kind: QuickPickItemKind.Separator };
}

async function goTo(source: ConfigSource, { range }: Problem): Promise<void> {
  const start = new Position(range.line - 1, range.column - 1);
  await window.showTextDocument(Uri.file(source.path), {
    selection: new Range(start, start.translate(0, range.length)),
  });
}
