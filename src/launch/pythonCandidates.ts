import { join } from 'node:path';

/** Where a Python that runs the torch engine may be. */
export interface PythonPlaces {
  /** The user's choice, which is then the only one: the setting `holdfast.pythonPath`, or HOLDFAST_PYTHON. */
  readonly chosen?: { readonly path: string; readonly by: string } | undefined;
  /** The interpreter that the editor's Python extension has active. */
  readonly active?: string | undefined;
  /** Folders whose `.venv` or `venv` may be run: running it runs a program of that folder. */
  readonly folders: readonly string[];
  /** The environment that Holdfast makes; it need not be there. */
  readonly own: string;
  /** Interpreters on PATH. */
  readonly onPath: readonly string[];
}

/** The interpreters to try, the first good one wins; paths may lead nowhere. */
export function pythonCandidates(
  { chosen, active, folders, own, onPath }: PythonPlaces,
  platform: NodeJS.Platform = process.platform,
): string[] {
  if (chosen !== undefined) return [chosen.path];
  const environments = folders.flatMap((folder) => [join(folder, '.venv'), join(folder, 'venv')]);
  const all = [
    ...(active === undefined ? [] : [active]),
    ...[...environments, own].map((folder) => pythonIn(folder, platform)),
    ...onPath,
  ];
  return [...new Set(all)];
}

/** The interpreter of a virtual environment. */
export function pythonIn(environment: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32'
    ? join(environment, 'Scripts', 'python.exe')
    : join(environment, 'bin', 'python');
}
