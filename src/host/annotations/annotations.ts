import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EventEmitter, extensions, window, workspace, type Event } from 'vscode';
import type { Annotations, FromAnnotator, Setup } from '../../annotator/messages.ts';
import { messageOf } from '../../base/text.ts';
import { speedOf } from '../../runs/speeds.ts';
import type { Disposable } from '../../base/emitter.ts';
import { SETTINGS } from '../contributions.ts';
import { findPython, pythonFolders } from '../python.ts';
import type { Settings } from '../settings.ts';
import { workspaceFolders } from '../roots.ts';
import type { Services } from '../services.ts';
import { throttle, together } from '../throttle.ts';
import { createAnnotator, type Annotator } from './annotator.ts';
import { provideCodeActions } from './codeActions.ts';
import type { ConfigAnnotations } from './configAnnotations.ts';
import { provideCompletions } from './completions.ts';
import { createDiagnostics, type Diagnostics } from './diagnostics.ts';
import { asOpenDocument, isVisible, openConfigs, schemaLanguages, watchConfigs } from './documents.ts';
import { provideHovers } from './hovers.ts';
import { provideInlayHints } from './inlayHints.ts';
import { provideLenses } from './lenses.ts';
import { provideOutline } from './outline.ts';
import { createReadingProgress } from './readingProgress.ts';
import { REFERENCE_COMMAND, referenceIn, type ReferenceOf } from './reference.ts';
import { createStore, type Store } from './store.ts';

type Needed = Pick<Services, 'context' | 'feed' | 'log' | 'settings' | 'python' | 'storage'>;

/** How often files that configs name are looked at again while a config is on the screen. */
const LOOK_MS = 3_000;
const SPEEDS_MS = 5_000;
/** What the thread knows of files and tokenizers is kept so long after the last config was closed. */
const REST_MS = 300_000;

export function createAnnotations(services: Needed): ConfigAnnotations {
  const { context, feed, log, settings } = services;
  const annotator = createAnnotator(context.extensionPath, log);
  const store = createStore();
  const referenceOf = referenceIn(context.extensionUri);
  const diagnostics = createDiagnostics(referenceOf);
  const hintsChanged = new EventEmitter<void>();
  const progress = createReadingProgress();
  const tellSetup = (): void => annotator.send({ type: 'setup', setup: setupOf(services) });
  const tellSpeeds = throttle(() => {
    if (annotator.isAlive())
      annotator.send({
        type: 'speeds',
        speeds: feed.all().flatMap(({ file, state }) => speedOf(file, state) ?? []),
      });
  }, SPEEDS_MS);
  const tellAll = (): void => {
    for (const document of openConfigs())
      annotator.send({ type: 'document', document: asOpenDocument(document) });
  };
  const receive = (message: FromAnnotator): void => {
    if (message.type === 'annotations') {
      if (show(message.annotations, store, diagnostics)) hintsChanged.fire();
    } else if (message.type === 'progress') progress.show(message);
    else if (message.type === 'idle') progress.done();
    else if (message.type === 'wantsPython') void answerPython(services, annotator);
  };
  const changed = (): void => {
    if (annotator.isAlive()) tellSetup();
  };
  const rest = afterQuiet(REST_MS, () => {
    if (openConfigs().length === 0) annotator.rest();
  });
  const parts = together(
    annotator,
    annotator.onDidStart(() => {
      tellSetup();
      tellSpeeds.call();
      tellAll();
    }),
    annotator.onMessage(receive),
    annotator.onDidEnd(({ isForGood }) => {
      progress.done();
      if (isForGood) void offerRestart(annotator);
    }),
    watchConfigs({
      changed: (document) => annotator.send({ type: 'document', document: asOpenDocument(document) }),
      closed: (document) => {
        const uri = document.uri.toString();
        if (annotator.isAlive()) annotator.send({ type: 'closed', uri });
        rest.call();
        store.drop(uri);
        diagnostics.forget(document);
      },
    }),
    watchSetup(settings, changed),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SETTINGS.inlayHints)) hintsChanged.fire();
    }),
    workspace.onDidSaveTextDocument(({ uri }) => {
      if (annotator.isAlive()) annotator.send({ type: 'touched', path: uri.fsPath });
    }),
    feed.onDidChange(() => tellSpeeds.call()),
    provideAll(annotator, store, referenceOf, hintsChanged.event),
    provideLenses(feed),
    diagnostics,
    hintsChanged,
    progress,
    tellSpeeds,
    rest,
    lookNowAndThen(annotator),
  );
  tellAll();
  return {
    prepare: ({ path, text }) => annotator.ask<'prepare'>({ kind: 'prepare', path, text }),
    restart: () => annotator.restart(),
    changed,
    dispose: () => parts.dispose(),
  };
}

/** What editors ask for when they show a config. */
function provideAll(
  annotator: Annotator,
  store: Store,
  referenceOf: ReferenceOf,
  onDidChangeHints: Event<void>,
): Disposable {
  return together(
    provideCodeActions(store, referenceOf, (document) =>
      annotator.ask<'refactorings'>({ kind: 'refactorings', uri: document.uri.toString() }),
    ),
    provideCompletions(annotator),
    provideHovers(annotator),
    provideInlayHints(store, onDidChangeHints),
    provideOutline(store),
  );
}

/** While somebody looks at a config: the files that it names may have changed. */
function lookNowAndThen(annotator: Annotator): Disposable {
  const timer = setInterval(() => {
    const isSeen = window.state.focused && openConfigs().some(({ uri }) => isVisible(uri.toString()));
    if (annotator.isAlive() && isSeen) annotator.send({ type: 'look' });
  }, LOOK_MS);
  return { dispose: () => clearInterval(timer) };
}

/**
 * A document that has changed since is annotated again at once: old squiggles would only jump about.
 * @returns whether its hints are others now
 */
function show(annotations: Annotations, store: Store, diagnostics: Diagnostics): boolean {
  const document = openConfigs().find(({ uri }) => uri.toString() === annotations.uri);
  if (document === undefined) return false;
  const before = store.latest(annotations.uri)?.hints;
  store.put(annotations);
  if (document.version === annotations.version) diagnostics.show(document, annotations);
  return !isDeepStrictEqual(before, annotations.hints);
}

/** Word of everything that a set-up tells. */
function watchSetup(settings: Settings, changed: () => void): Disposable {
  return together(
    settings.diagnostics.onDidChange(changed),
    settings.pythonPath.onDidChange(changed),
    workspace.onDidGrantWorkspaceTrust(changed),
    workspace.onDidChangeWorkspaceFolders(changed),
    extensions.onDidChange(changed),
    workspace.onDidChangeConfiguration((event) => {
      if (['yaml.validate', 'json.validate.enable'].some((id) => event.affectsConfiguration(id))) changed();
    }),
  );
}

function setupOf({ context, settings, storage }: Needed): Setup {
  return {
    isTrusted: workspace.isTrusted,
    workspaceFolders: workspaceFolders(),
    levels: settings.diagnostics.value(),
    schemaLanguages: schemaLanguages(),
    cacheFolder: storage,
    generalKnowledge: join(context.extensionPath, 'data', 'general-knowledge', 'general-knowledge.jsonl'),
    ownRoot: join(storage, '.holdfast'),
    referenceCommand: REFERENCE_COMMAND,
  };
}

async function offerRestart(annotator: Annotator): Promise<void> {
  const restart = 'Restart Annotations';
  const chosen = await window.showWarningMessage(
    'The thread that reads configs ended again and again, so nothing is annotated and no run can be started: close the config that it stumbles over, and restart it.',
    restart,
  );
  if (chosen === restart) annotator.restart();
}

/** Does it when it was last asked for so long ago. */
function afterQuiet(ms: number, action: () => void): Disposable & { readonly call: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const dispose = (): void => clearTimeout(timer);
  return {
    call: () => {
      dispose();
      timer = setTimeout(action, ms);
    },
    dispose,
  };
}

async function answerPython(services: Needed, annotator: Annotator): Promise<void> {
  try {
    const search = workspace.isTrusted ? await findPython(services, pythonFolders()) : undefined;
    annotator.send({ type: 'python', search });
  } catch (error) {
    services.log.warn(`Python could not be looked for: ${messageOf(error)}`);
    annotator.send({ type: 'python', search: undefined });
  }
}
