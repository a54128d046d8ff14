import { CodeLens, EventEmitter, languages, Range, workspace, type TextDocument } from 'vscode';
import type { Disposable } from '../../base/emitter.ts';
import type { RunFeed } from '../../launch/runFeed.ts';
import type { KnownRun } from '../../launch/runWatch.ts';
import { runView } from '../../runs/runView.ts';
import { COMMANDS, SETTINGS } from '../contributions.ts';
import { throttle, together } from '../throttle.ts';
import { CONFIG_DOCUMENTS } from './documents.ts';
import { lastRunText } from './lastRunText.ts';

const REFRESH_MS = 1_000;

/** What can be done with a config, and how it went the last time, above its first setting. */
export function provideLenses(feed: RunFeed): Disposable {
  const changes = new EventEmitter<void>();
  const refresh = throttle(() => changes.fire(), REFRESH_MS);
  const provider = languages.registerCodeLensProvider(CONFIG_DOCUMENTS, {
    onDidChangeCodeLenses: changes.event,
    provideCodeLenses: (document) => {
      if (workspace.getConfiguration().get(SETTINGS.codeLens) === false) return [];
      const line = firstSetting(document);
      const range = new Range(line, 0, line, 0);
      const lens = (title: string, command: string, argument: unknown, tooltip: string): CodeLens =>
        new CodeLens(range, { title, command, arguments: [argument], tooltip });
      const last = lastRun(feed, document.uri.fsPath);
      return [
        lens(
          '$(play) Start SFT Run',
          COMMANDS.startRun,
          document.uri,
          'Shows what will run and what it costs first',
        ),
        lens(
          '$(beaker) Probe Knowledge',
          COMMANDS.probeKnowledge,
          document.uri,
          'Asks the base model the training rows: which are known to it, which are new',
        ),
        lens(
          '$(git-compare) Compare Methods',
          COMMANDS.compareMethods,
          document.uri,
          'Trains on the same data with and without what keeps a model from forgetting',
        ),
        ...(last === undefined
          ? []
          : [
              lens(
                lastRunText(runView(last)),
                COMMANDS.openRun,
                { kind: 'run', folder: last.folder },
                'Opens the live panel of the last run of this config',
              ),
            ]),
      ];
    },
  });
  return together(
    provider,
    changes,
    refresh,
    feed.onDidChange(() => refresh.call()),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SETTINGS.codeLens)) refresh.call();
    }),
  );
}

/** 0-based line of the first setting: comments above it are the file's heading. */
function firstSetting(document: TextDocument): number {
  const most = Math.min(document.lineCount, 200);
  for (let line = 0; line < most; line++) if (/^\s*[^\s#]/.test(document.lineAt(line).text)) return line;
  return 0;
}

/** The newest run that was made of this file. */
function lastRun(feed: RunFeed, path: string): KnownRun | undefined {
  return feed
    .all()
    .filter(({ file, problem }) => problem === undefined && file?.config_file === path)
    .reduce<KnownRun | undefined>(
      (newest, run) =>
        newest === undefined || (run.file?.created ?? '') > (newest.file?.created ?? '') ? run : newest,
      undefined,
    );
}
