import { Position, ProgressLocation, Range, Uri, window, type QuickPickItem } from 'vscode';
import type { Prepared } from '../annotator/messages.ts';
import type { Problem } from '../config/problem.ts';
import type { Resolution } from '../config/resolve.ts';
import type { ConfigSource } from './configDocument.ts';
import { plain } from './plain.ts';
import type { Services } from './services.ts';

/** A config without errors. */
export type Resolved = Extract<Resolution, { readonly config: object }>;

export type ProblemItem = QuickPickItem & { readonly problem: Problem };

/** The settings of a config. Where it has errors, shows its problems, goes to the one that is chosen, and gives undefined. */
export async function resolveOrShow(
  services: Services,
  source: ConfigSource,
  title: string,
): Promise<Resolved | undefined> {
  const { resolution } = await preparedConfig(services, source);
  if (resolution.config !== undefined) return resolution;
  const picked = await window.showQuickPick(resolution.problems.map(problemItem), {
    title,
    placeHolder: `${plain(source.name, 80)} has errors: choose one to see it in the config`,
    matchOnDetail: true,
  });
  if (picked !== undefined) await goToProblem(source, picked.problem);
  return undefined;
}

/** What a run of it would be: asked of the thread that annotates configs, with a word where that takes a while. */
export function preparedConfig(services: Services, source: ConfigSource): Promise<Prepared> {
  const title = `Looking at what ${plain(source.name, 80)} names`;
  return Promise.resolve(
    window.withProgress({ location: ProgressLocation.Window, title }, () =>
      services.annotations.prepare(source),
    ),
  );
}

export function problemItem(problem: Problem): ProblemItem {
  const icon = { error: 'error', warning: 'warning', hint: 'info' }[problem.level];
  return {
    label: `$(${icon}) line ${problem.range.line}`,
    description: problem.code,
    detail: plain(problem.message, 300),
    problem,
  };
}

export async function goToProblem(source: ConfigSource, { range }: Problem): Promise<void> {
  const start = new Position(range.line - 1, range.column - 1);
  await window.showTextDocument(Uri.file(source.path), {
    selection: new Range(start, start.translate(0, range.length)),
  });
}
