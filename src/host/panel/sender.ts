import { checkpointSteps } from '../../launch/checkpoints.ts';
import { createLostFactsReader } from '../../launch/lostFactsReader.ts';
import type { KnownRun } from '../../launch/runWatch.ts';
import type { RunView, ToPanel } from '../../protocol/panelMessages.ts';
import { runView } from '../../runs/runView.ts';
import { coarseSeries, NOTHING_TOLD, seriesSince, type Told } from '../../runs/seriesPart.ts';

/** What tells a page of its run. */
export interface Sender {
  /** A page is up and has nothing. */
  begin(): void;
  /** It has drawn what it was sent whole. */
  drawn(): void;
  /** The page is gone. */
  end(): void;
  send(run: KnownRun | undefined): void;
}

/** Knows what the page has been told of a run, and tells it the rest. */
export function createSender(
  folder: string,
  roots: () => readonly string[],
  post: (message: ToPanel) => void,
): Sender {
  const facts = createLostFactsReader(folder);
  const onDisk = createCheckpointList(folder);
  const viewOf = (run: KnownRun): RunView => {
    const view = runView(run);
    const steps = onDisk(run);
    return { ...view, checkpoints: view.checkpoints.filter(({ step }) => steps.has(step)) };
  };
  let told: Told | undefined;
  let isListening = false;
  /** Whether the page has nothing yet. */
  let isNew = true;
  /** Whether it has only a first picture, which it has not drawn yet. */
  let isCoarse = false;
  let factsAt = '';
  let gone = '';
  const sendFacts = (run: KnownRun): void => {
    const key = `${run.state.attempt} ${run.state.evaluations.length}`;
    if (key === factsAt) return;
    factsAt = key;
    facts.read(run.state).then(
      (view) => {
        if (isListening && factsAt === key) post({ type: 'facts', facts: view });
      },
      () => undefined,
    );
  };
  const sayGone = (message: string): void => {
    if (gone !== message) post({ type: 'gone', folder, message });
    gone = message;
  };
  const sendWhole = (run: KnownRun): void => {
    // What is long comes in two pictures: a first one at once, the whole one when that has been drawn.
    const coarse = isNew ? coarseSeries(run.state) : undefined;
    const next = seriesSince(run.state, NOTHING_TOLD);
    isNew = false;
    isCoarse = coarse !== undefined;
    told = next?.told;
    const series = coarse ?? next?.part;
    if (series !== undefined) post({ type: 'snapshot', folder, run: viewOf(run), series });
    factsAt = '';
  };
  const sendRun = (run: KnownRun): void => {
    if (isCoarse) return;
    const since = isNew || gone !== '' || told === undefined ? undefined : seriesSince(run.state, told);
    gone = '';
    if (since === undefined) sendWhole(run);
    else {
      told = since.told;
      post({ type: 'changed', run: viewOf(run), series: since.part });
    }
    sendFacts(run);
  };
  return {
    begin: () => {
      isListening = true;
      isNew = true;
      isCoarse = false;
      gone = '';
    },
    drawn: () => {
      if (isCoarse) told = undefined;
      isCoarse = false;
    },
    end: () => (isListening = false),
    send: (run) => {
      if (!isListening) return;
      if (run === undefined) sayGone(whyNotThere(folder, roots()));
      else if (run.problem !== undefined) sayGone(run.problem);
      else if (run.isRead || run.file !== undefined) sendRun(run);
    },
  };
}

const LOOK_MS = 1_000;

/** Steps of the checkpoints that the engine has not removed again; looked up now and then. */
function createCheckpointList(folder: string): (run: KnownRun) => ReadonlySet<number> {
  let looked = -Infinity;
  let steps: ReadonlySet<number> = new Set();
  return ({ state }) => {
    if (state.checkpoints.length === 0 || performance.now() - looked < LOOK_MS) return steps;
    looked = performance.now();
    steps = new Set(checkpointSteps(folder));
    return steps;
  };
}

function whyNotThere(folder: string, roots: readonly string[]): string {
  const isFollowed = roots.some((root) => folder.startsWith(root));
  return isFollowed
    ? `The run ${folder} is not there (any more): it was deleted, moved or renamed. Runs that were deleted here lie in the trash folder beside it for a month.`
    : `The run ${folder} does not belong to a folder of this window: open its folder to see it.`;
}
