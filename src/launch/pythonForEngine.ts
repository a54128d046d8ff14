import { statSync } from 'node:fs';
import { messageOf } from '../base/text.ts';
import { judgePython, SET_UP, type Unusable, type UsablePython } from './judgePython.ts';
import { limitedRun } from './limitedRun.ts';
import { programsOnPath } from './programsOnPath.ts';
import { pythonCandidates } from './pythonCandidates.ts';
import { askPython } from './pythonReport.ts';
import { ownEnvironment, torchRequirements, type Requirement } from './torchRequirements.ts';

/** The Python that runs the torch engine; or why there is none, in one sentence with the cure. */
export type PythonSearch = UsablePython | { readonly kind: 'unusable'; readonly problem: string };

/** The torch engine is needed and cannot be run: setting it up may help. */
export class NoUsablePython extends Error {
  override readonly name = 'NoUsablePython';
}

/** Where a caller lets Python be looked for, beside what every caller gets. */
export interface PythonWish {
  readonly chosen?: { readonly path: string; readonly by: string } | undefined;
  readonly active?: string | undefined;
  /** Folders whose virtual environments may be run. */
  readonly folders: readonly string[];
}

export interface PythonFinder {
  /** Never rejects. */
  readonly find: (wish: PythonWish) => Promise<PythonSearch>;
}

/**
 * Looks for a Python that can run the torch engine in `engineFolder`: each candidate is run and asked. Who was good once is not
 * asked again while its file stays the same; who was not may have been mended meanwhile.
 */
export function createPythonFinder(engineFolder: string, seconds?: number): PythonFinder {
  const good = new Map<string, UsablePython>();
  let nvidia: Promise<boolean> | undefined;
  const tryOne = async (
    command: string,
    requirements: readonly Requirement[],
  ): Promise<UsablePython | Unusable> => {
    const key = `${command}\0${stampOf(command) ?? ''}`;
    const known = good.get(key);
    if (known !== undefined) return known;
    const report = await askPython(command, requirements, seconds);
    nvidia ??= hasNvidiaGpu();
    const judged = judgePython(command, report, requirements, await nvidia);
    if (judged.kind === 'usable') good.set(key, judged);
    return judged;
  };
  const find = async (wish: PythonWish): Promise<PythonSearch> => {
    const requirements = torchRequirements(engineFolder);
    const own = ownEnvironment(engineFolder);
    const places = { ...wish, own, onPath: programsOnPath(['python3', 'python']) };
    let nearest: Unusable | undefined;
    for (const command of pythonCandidates(places)) {
      // What was chosen is tried even where no file is: it may be a name on PATH.
      if (wish.chosen === undefined && stampOf(command) === undefined) continue;
      const tried = await tryOne(command, requirements);
      if (tried.kind === 'usable') return tried;
      if (tried.stage > (nearest?.stage ?? -1)) nearest = tried;
    }
    return { kind: 'unusable', problem: sentenceFor(nearest?.problem, wish.chosen?.by) };
  };
  return {
    find: (wish) =>
      find(wish).catch((error: unknown) => ({
        kind: 'unusable',
        problem: messageOf(error),
      })),
  };
}

function sentenceFor(problem: string | undefined, chosenBy: string | undefined): string {
  if (problem === undefined)
    return `No Python was found: install Python 3.10 or newer from python.org, then ${SET_UP}.`;
  if (chosenBy === undefined)
    return `No Python can run the torch engine, and the nearest falls short: ${problem}; ${SET_UP}.`;
  return `The Python chosen in ${chosenBy} cannot run the torch engine: ${problem}; choose another one, or choose none and ${SET_UP}.`;
}

/** Changes when another file lies there; undefined where none does. */
function stampOf(path: string): string | undefined {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs} ${size}`;
  } catch {
    return undefined;
  }
}

const NVIDIA_SECONDS = 10;

/** Whether NVIDIA's driver is there and knows of a GPU. */
export async function hasNvidiaGpu(): Promise<boolean> {
  const [program] = programsOnPath(['nvidia-smi']);
  if (program === undefined) return false;
  const { stdout, end } = await limitedRun(program, ['-L'], { seconds: NVIDIA_SECONDS });
  return end === 0 && stdout.includes('GPU 0');
}
