import { pythonIn } from './pythonCandidates.ts';
import { MIN_PYTHON } from './torchRequirements.ts';

/** What is to be installed, and where. */
export interface InstallWish {
  /** Folder of the environment. */
  readonly draft: string;
  /** Path of the list of packages, and what it says. */
  readonly list: string;
  readonly pins: string;
  readonly python?: string | undefined;
  readonly indexUrl?: string | undefined;
  readonly cpu?: boolean | undefined;
}

/** Program and arguments. */
export type Command = readonly string[];

const CPU_INDEX = 'https://download.pytorch.org/whl/cpu';

/** Makes an environment with uv and fills it. Without a Python named, uv gets one where there is none. */
export function uvCommands(uv: string, wish: InstallWish): Command[] {
  const { draft, list, pins, python = `>=${MIN_PYTHON}` } = wish;
  // As pip does: nobody else writes it, and without it every start of the engine takes seconds longer.
  const install = [uv, 'pip', 'install', '--compile-bytecode', '--python', pythonIn(draft)];
  const index = indexOf(wish);
  return [
    [uv, 'venv', '--no-project', '--python', python, draft],
    ...torchFirst(install, pins, index),
    // By itself uv takes a package from the first index that has it, and PyTorch's has old ones.
    [...install, '-r', list, ...extra(index, ['--index-strategy', 'unsafe-best-match'])],
  ];
}

/** The same with what comes with Python. */
export function pipCommands(python: string, wish: InstallWish): Command[] {
  const { draft, list, pins } = wish;
  const install = [pythonIn(draft), '-m', 'pip', 'install'];
  const index = indexOf(wish);
  return [
    [python, '-m', 'venv', draft],
    ...torchFirst(install, pins, index),
    [...install, '-r', list, ...extra(index, [])],
  ];
}

/** PyTorch alone, because its own index holds little else; what is there already then satisfies the list. */
function torchFirst(install: Command, pins: string, index: string | undefined): Command[] {
  const pin = /^torch==\S+/m.exec(pins)?.[0] ?? 'torch';
  return index === undefined ? [] : [[...install, pin, '--index-url', index]];
}

function extra(index: string | undefined, options: Command): Command {
  return index === undefined ? [] : ['--extra-index-url', index, ...options];
}

function indexOf({ indexUrl, cpu }: InstallWish): string | undefined {
  return indexUrl ?? (cpu === true ? CPU_INDEX : undefined);
}
