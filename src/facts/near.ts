import type { EngineFacts, SpeedFacts, SpeedQuestion } from '../config/facts.ts';
import type { PythonSearch } from '../launch/pythonForEngine.ts';
import type { Finder } from './finder.ts';
import { timeSlot } from './machine/timeSlot.ts';

/** How fast a run was. */
export interface KnownSpeed extends SpeedQuestion {
  /** Median over the run. */
  readonly seconds_per_step: number;
  /** When it ended or was last seen, ISO 8601 UTC. */
  readonly time: string;
}

/** What only somebody else in this process can tell. */
export interface NearSources {
  /** Looks for a Python that can run the torch engine; undefined: nobody can look. Not called in Restricted Mode. */
  readonly findPython: (() => Promise<PythonSearch>) | undefined;
  /** Grows whenever another Python may be there. */
  readonly pythonGeneration?: () => number;
  /** Speeds of earlier runs, in whatever order. */
  readonly speeds: () => readonly KnownSpeed[];
}

/** Importing PyTorch takes seconds; setting it up is told by `pythonGeneration`. */
const ENGINES_SECONDS = 600;

/** Questions that are answered by asking around in this process; all others go on to `far`. */
export function withNear(
  far: Finder,
  { findPython, speeds, pythonGeneration = () => 0 }: NearSources,
): Finder {
  const enginesNow = (isTrusted: boolean): string =>
    `${isTrusted} ${pythonGeneration()} ${timeSlot(ENGINES_SECONDS)}`;
  return {
    identify: (request) => {
      const { question, environment } = request;
      if (question.kind === 'speed')
        return Promise.resolve(JSON.stringify(speedLike(question.ask, speeds())));
      if (question.kind === 'engines') return Promise.resolve(enginesNow(environment.isTrusted));
      return far.identify(request);
    },
    find: async (request, watch) => {
      const { question, environment } = request;
      if (question.kind === 'speed') {
        const answer = speedLike(question.ask, speeds());
        return { answer, identity: JSON.stringify(answer) };
      }
      if (question.kind !== 'engines') return far.find(request, watch);
      const identity = enginesNow(environment.isTrusted);
      return { answer: await enginesWith(environment.isTrusted ? findPython : undefined), identity };
    },
    dispose: () => far.dispose(),
  };
}

async function enginesWith(findPython: NearSources['findPython']): Promise<EngineFacts> {
  if (findPython === undefined) return { torch: undefined };
  const search = await findPython();
  return {
    torch: search.kind === 'usable' ? { usable: true } : { usable: false, problem: search.problem },
  };
}

/** Where a question leaves the engine open, that of the run does not count. */
export function speedLike(ask: SpeedQuestion, speeds: readonly KnownSpeed[]): SpeedFacts {
  const keys = [
    'model',
    'method',
    'per_device_train_batch_size',
    'gradient_accumulation_steps',
    'engine',
  ] as const;
  const alike = speeds.filter((speed) =>
    keys.every((key) => ask[key] === undefined || ask[key] === speed[key]),
  );
  const newest = alike.reduce<KnownSpeed | undefined>(
    (best, speed) => (best === undefined || speed.time > best.time ? speed : best),
    undefined,
  );
  return { seconds_per_step: newest?.seconds_per_step };
}
