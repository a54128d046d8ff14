import { messageOf } from '../base/text.ts';
import { ruleInput } from '../config/check.ts';
import { NO_FACTS } from '../config/facts.ts';
import type { Surroundings } from '../config/files.ts';
import { completionsAt, hoverAt, type HoverInput } from '../config/language/index.ts';
import { parseConfigText } from '../config/parse.ts';
import type { FactsEnvironment } from '../facts/question.ts';
import type { FactsService, KnownSpeed } from '../facts/service.ts';
import type { PythonSearch } from '../launch/pythonForEngine.ts';
import { createAgenda, type Open } from './agenda.ts';
import { annotate } from './annotate.ts';
import type { Answers, FromAnnotator, Request, Setup, ToAnnotator } from './messages.ts';
import { prepare } from './prepare.ts';
import { createPythonDesk } from './pythonDesk.ts';
import { offeredRefactorings } from './refactorings.ts';
import { environmentOf, namesInFolder, surroundingsOf } from './world.ts';

/** What facts are found out with. */
export interface FactSources {
  readonly environment: () => FactsEnvironment;
  readonly findPython: () => Promise<PythonSearch>;
  readonly speeds: () => readonly KnownSpeed[];
  /** Grows whenever another Python may be there. */
  readonly pythonGeneration: () => number;
}

export interface SessionParts {
  readonly post: (message: FromAnnotator) => void;
  readonly createFacts: (sources: FactSources) => FactsService;
}

export interface Session {
  readonly receive: (message: ToAnnotator) => void;
  readonly dispose: () => void;
}

/** A config that takes longer is looked at when it changes, and not again and again in case a file has. */
const MOST_FOR_A_LOOK_MS = 200;

/** One window's configs: annotated when they change, and again whenever more is known of what they name. */
export function createSession({ post, createFacts }: SessionParts): Session {
  let setup: Setup | undefined;
  let speeds: readonly KnownSpeed[] = [];
  let setups = 0;
  const python = createPythonDesk(() => post({ type: 'wantsPython' }));
  const agenda = createAgenda((open) => look(open));
  const environment = (): FactsEnvironment | undefined => {
    const paths = agenda.documents().flatMap(({ path }) => path ?? []);
    return setup === undefined ? undefined : environmentOf(setup, paths);
  };
  const facts = createFacts({
    environment: () => environment() ?? NOWHERE,
    speeds: () => speeds,
    findPython: () => python.ask(),
    pythonGeneration: () => setups,
  });
  const around = (path: string | undefined): Surroundings =>
    surroundingsOf(path, environment(), setup === undefined ? NO_FACTS : facts.facts);
  const look = (open: Open): void => {
    if (setup === undefined) return;
    const began = performance.now();
    const annotations = annotate(open.document, around(open.document.path), setup, () => facts.isBusy());
    open.milliseconds = performance.now() - began;
    open.problems = annotations.problems;
    // Facts are looked at again every few seconds: that alone is no news, only that nothing more is to come.
    const text = JSON.stringify({ ...annotations, isPending: undefined });
    const isNews = text !== open.told || (open.isPending && !annotations.isPending);
    if (isNews) {
      open.isPending = annotations.isPending;
      post({ type: 'annotations', annotations });
    }
    open.told = text;
  };
  facts.onDidLearn(() => agenda.mark());
  facts.onDidIdle(() => {
    post({ type: 'idle' });
    // Nothing more was learned, so what was still being found out is not to be had.
    agenda.mark(({ isPending }) => isPending);
  });
  facts.onDidProgress(({ what, done, total }) => post({ type: 'progress', what, done, total }));

  const answerTo = async (request: Request): Promise<Answers[Request['kind']]> => {
    if (request.kind === 'prepare') return prepare(request, around(request.path), facts);
    const open = agenda.upToDate(request.uri);
    if (open === undefined) throw new Error(`${request.uri} is not open`);
    const reference = referenceLink(setup?.referenceCommand ?? '');
    return answerAbout(open, request, around(open.document.path), environment(), reference);
  };
  const handlers: Handlers = {
    setup: (message) => {
      setup = message.setup;
      setups += 1;
      facts.changed();
      agenda.mark();
    },
    document: ({ document }) => agenda.put(document),
    closed: ({ uri }) => agenda.drop(uri),
    touched: ({ path }) => {
      facts.changed(path);
      agenda.mark();
    },
    look: () => agenda.mark(({ milliseconds }) => milliseconds < MOST_FOR_A_LOOK_MS),
    speeds: (message) => {
      speeds = message.speeds;
      agenda.mark(({ milliseconds }) => milliseconds < MOST_FOR_A_LOOK_MS);
    },
    python: ({ search }) => python.answer(search),
    request: ({ id, request }) => void answerWith(id, () => answerTo(request), post),
  };
  return {
    receive: (message) => handlers[message.type](message as never),
    dispose: () => {
      agenda.dispose();
      facts.dispose();
    },
  };
}

async function answerWith(
  id: number,
  find: () => Promise<Answers[Request['kind']]>,
  post: SessionParts['post'],
): Promise<void> {
  try {
    post({ type: 'answer', id, answer: await find() });
  } catch (error) {
    post({ type: 'refused', id, reason: messageOf(error) });
  }
}

type Handlers = {
  readonly [Type in ToAnnotator['type']]: (message: Extract<ToAnnotator, { readonly type: Type }>) => void;
};

/** Before a window has told where it is. */
const NOWHERE: FactsEnvironment = {
  isTrusted: false,
  workspaceFolders: [],
  shippedFiles: [],
  roots: [],
  cacheFolder: undefined,
};

function answerAbout(
  { document: { text, language, path }, problems }: Open,
  request: Exclude<Request, { readonly kind: 'prepare' }>,
  surroundings: Surroundings,
  environment: FactsEnvironment | undefined,
  reference: NonNullable<HoverInput['reference']>,
): Answers[Request['kind']] {
  switch (request.kind) {
    case 'complete': {
      // What is no file here has no folder that paths could start at.
      const around = path === undefined ? undefined : environment;
      const list = (folder: string): ReturnType<typeof namesInFolder> => namesInFolder(folder, around);
      const isJsonFile = language === 'json';
      return completionsAt({ text, offset: request.offset, surroundings, list, problems, isJsonFile });
    }
    case 'hover':
      return hoverAt({ text, offset: request.offset, surroundings, problems, reference });
    case 'refactorings':
      return offeredRefactorings(ruleInput(parseConfigText(text), surroundings));
  }
}

/** The way to a heading of the reference; the editor runs no other command from a hover. */
function referenceLink(command: string): NonNullable<HoverInput['reference']> {
  return (page, heading) => {
    const argument = page === 'settings' ? `settings:${heading}` : heading;
    return `command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`;
  };
}
