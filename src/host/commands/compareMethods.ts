import { dirname } from 'node:path';
import { env, window, type QuickPickItem } from 'vscode';
import { plural, messageOf } from '../../base/text.ts';
import type { Method, MethodRun } from '../../config/methods.ts';
import { changeNotes } from '../../launch/notes.ts';
import { withCancellableProgress } from '../cancellable.ts';
import { compareLine, tellWhenEnded } from '../comparison.ts';
import { pickConfig, type ConfigSource } from '../configDocument.ts';
import { resolveOrShow, type Resolved } from '../configProblems.ts';
import { secondsFromEarlier } from '../earlierRuns.ts';
import { prepareLaunch, tellNotes, type Launch } from '../launcher.ts';
import { comparedLabel, expectedText, madeText, seedsText, type Made } from '../methodTexts.ts';
import { plain } from '../plain.ts';
import type { CommandHandler, Services } from '../services.ts';
import { mayRunPrograms } from '../trust.ts';

const TITLE = 'Holdfast: Compare Methods';
const SEEDS = [1, 2, 3, 5] as const;
/** Waiting costs little, but not nothing: with PyTorch some hundred megabytes each. */
const MOST_RUNS = 24;

/** Trains on the same rows under several methods, and seeds if wanted, as runs of their own that take their turn. */
export const compareMethods: CommandHandler = async (services, arg) => {
  if (!(await mayRunPrograms())) return;
  const source = await pickConfig(arg, TITLE);
  const resolved = source && (await resolveOrShow(services, source, TITLE));
  if (source === undefined || resolved === undefined) return;
  const methods = await pickMethods(services, resolved);
  if (methods === undefined) return;
  const runs = await pickSeeds(services, resolved, methods);
  if (runs === undefined) return;
  await startAndTell(services, source, resolved, runs);
};

async function pickMethods(
  { configTools, feed }: Services,
  { config }: Resolved,
): Promise<readonly Method[] | undefined> {
  const { methodsFor, methodRuns, USUAL_METHODS } = configTools();
  const items = methodsFor(config).map((method): QuickPickItem & { method: Method } => {
    const [run] = methodRuns(config, [method], [config.seed]);
    const seconds = run && secondsFromEarlier(feed.all(), run.config);
    return {
      label: method.name,
      description: method.description,
      ...(seconds === undefined ? {} : { detail: expectedText(seconds) }),
      picked: USUAL_METHODS.includes(method.name),
      method,
    };
  });
  const picked = await window.showQuickPick(items, {
    title: `${TITLE} (1/2)`,
    placeHolder: 'Which methods shall be compared on the same rows?',
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return picked === undefined || picked.length === 0 ? undefined : picked.map(({ method }) => method);
}

async function pickSeeds(
  { configTools, feed }: Services,
  { config }: Resolved,
  methods: readonly Method[],
): Promise<readonly MethodRun[] | undefined> {
  const { methodRuns, countedSeeds } = configTools();
  const items = SEEDS.flatMap((count): (QuickPickItem & { runs: readonly MethodRun[] })[] => {
    const runs = methodRuns(config, methods, countedSeeds(config.seed, count));
    if (runs.length > MOST_RUNS) return [];
    const seconds = runs.map((run) => secondsFromEarlier(feed.all(), run.config));
    const total = seconds.every((one) => one !== undefined)
      ? seconds.reduce((sum, one) => sum + one, 0)
      : undefined;
    return [
      {
        label: plural(count, 'seed'),
        description: seedsText(runs.length, total),
        detail: count === 1 ? 'A difference of one seed may be chance.' : 'Tells chance from difference.',
        runs,
      },
    ];
  });
  const picked = await window.showQuickPick(items, {
    title: `${TITLE} (2/2)`,
    placeHolder: 'How often shall each be run? Enter starts them',
    ignoreFocusOut: true,
  });
  return picked?.runs;
}

async function startAndTell(
  services: Services,
  source: ConfigSource,
  resolved: Resolved,
  runs: readonly MethodRun[],
): Promise<void> {
  const folders: string[] = [];
  let problem: string | undefined;
  await withCancellableProgress(`Starting runs of ${source.name}`, async (report, signal) => {
    report('looking for the engine');
    const launch = await prepareLaunch(services, source, resolved.config);
    tellNotes(launch.notes);
    for (const [index, run] of runs.entries()) {
      signal.throwIfAborted();
      report(`${comparedLabel(source.name, run)} (${index + 1} of ${runs.length})`, index / runs.length);
      try {
        folders.push(await startOne(services, source, resolved, launch, run));
        if (folders.length === 1) showFirst(services, folders);
      } catch (error) {
        // One that cannot begin must not take the others with it.
        services.log.error(`${comparedLabel(source.name, run)}: ${messageOf(error)}`);
        problem ??= messageOf(error);
      }
    }
  });
  if (folders.length === 0 && problem !== undefined) throw new Error(problem);
  if (folders.length > 1) tellWhenEnded(services, source.name, folders);
  if (folders.length > 0)
    await tell(services, source, folders, { started: folders.length, wanted: runs.length, problem });
}

/** One run of the comparison, at work or waiting for its turn; its folder. */
async function startOne(
  services: Services,
  source: ConfigSource,
  resolved: Resolved,
  launch: Launch,
  run: MethodRun,
): Promise<string> {
  const { originsAfter } = services.configTools();
  const origins = originsAfter(resolved, run.config);
  const folder = await launch.make(run.config, origins);
  changeNotes(folder, { label: comparedLabel(source.name, run) });
  await launch.start(folder);
  return folder;
}

function showFirst({ settings, panels }: Services, [first]: readonly string[]): void {
  if (first !== undefined && settings.openPanelOnStart.value()) panels.show(first);
}

async function tell(
  services: Services,
  source: ConfigSource,
  folders: readonly string[],
  made: Made,
): Promise<void> {
  const terminal = 'Compare in Terminal';
  const copy = 'Copy Command';
  const say = made.problem === undefined ? window.showInformationMessage : window.showWarningMessage;
  const offers = folders.length > 1 ? [terminal, copy] : [];
  const chosen = await say(plain(madeText(source.name, made), 800), ...offers);
  if (chosen === undefined) return;
  const line = await compareLine(services, folders);
  if (chosen === copy) await env.clipboard.writeText(line);
  else typeInTerminal(line, dirname(source.path));
}

/** Typed and not entered: runs that are not at their end have nothing to be compared at it. */
function typeInTerminal(line: string, folder: string): void {
  const terminal = window.createTerminal({ name: 'Compare Runs', cwd: folder });
  terminal.show();
  terminal.sendText(line, false);
}
