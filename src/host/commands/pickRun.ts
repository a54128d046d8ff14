import { window, type QuickPickItem } from 'vscode';
import type { KnownRun } from '../../launch/runWatch.ts';
import type { RunAction } from '../../protocol/panelMessages.ts';
import { actionsFor } from '../../runs/actions.ts';
import { runView, titleOf } from '../../runs/runView.ts';
import { runDescription } from '../explorer/runTexts.ts';
import { plain } from '../plain.ts';
import type { Services } from '../services.ts';
import { shortTime } from '../timestamps.ts';

/**
 * The run a command is about: the one a menu names, else that of the active panel, else the only one it makes sense for, else the
 * one the user picks. Undefined where the user calls it off.
 * @param action what shall be done with it; undefined: anything
 * @param doing for the question and for the sentence where there is none
 */
export async function pickRun(
  services: Services,
  arg: unknown,
  action: RunAction | undefined,
  doing: string,
): Promise<KnownRun | undefined> {
  const { feed, panels, roots } = services;
  const named = folderOf(arg);
  if (named !== undefined) return known(services, named);
  const fits = (run: KnownRun): boolean =>
    run.problem === undefined && (action === undefined || actionsFor(run.status).includes(action));
  const active = panels.active();
  const shown = active === undefined ? undefined : feed.get(active);
  if (shown !== undefined && fits(shown)) return shown;
  const fitting = feed.all().filter((run) => roots.isShown(run) && fits(run));
  const [only, second] = fitting;
  if (only === undefined) throw new Error(`There is no run to ${doing}.`);
  return second === undefined ? only : choose(fitting, doing);
}

/** The folder that a menu's or a button's argument names. */
function folderOf(arg: unknown): string | undefined {
  if (typeof arg !== 'object' || arg === null || !('folder' in arg)) return undefined;
  return typeof arg.folder === 'string' ? arg.folder : undefined;
}

function known({ feed }: Services, folder: string): KnownRun {
  const run = feed.get(folder);
  if (run === undefined)
    throw new Error(`The run ${folder} is not there any more: it was deleted, moved or renamed.`);
  return run;
}

async function choose(runs: readonly KnownRun[], doing: string): Promise<KnownRun | undefined> {
  const items = runs.map((run): QuickPickItem & { run: KnownRun } => ({
    label: plain(titleOf(run), 80),
    description: plain(runDescription(runView(run)), 120),
    detail: plain(run.file === undefined ? run.id : shortTime(run.file.created)),
    run,
  }));
  const picked = await window.showQuickPick(items, {
    title: `Holdfast: ${doing}`,
    placeHolder: `Which run do you want to ${doing}?`,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.run;
}
