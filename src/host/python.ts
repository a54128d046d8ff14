import { dirname, resolve } from 'node:path';
import { extensions, workspace } from 'vscode';
import { messageOf } from '../base/text.ts';
import type { PythonSearch } from '../launch/pythonForEngine.ts';
import { workspaceFolders } from './roots.ts';
import type { Services } from './services.ts';

/** Folders whose virtual environments may be run: beside a config and in the workspace, where that is trusted. */
export function pythonFolders(configPath?: string): string[] {
  if (!workspace.isTrusted) return [];
  return [...(configPath === undefined ? [] : [dirname(configPath)]), ...workspaceFolders()];
}

/** The Python for the torch engine: the setting, what the Python extension has active, then whatever is found. */
export async function findPython(
  { settings, python, log }: Pick<Services, 'settings' | 'python' | 'log'>,
  folders: readonly string[],
): Promise<PythonSearch> {
  const setting = settings.pythonPath.value();
  const finder = await python();
  if (setting !== undefined) {
    const [folder] = workspaceFolders();
    // A name is looked for on PATH, a path starts in the workspace.
    const path = /[\\/]/.test(setting) && folder !== undefined ? resolve(folder, setting) : setting;
    return finder.find({ folders: [], chosen: { path, by: 'the setting holdfast.pythonPath' } });
  }
  const active = workspace.isTrusted ? await activeInterpreter(log) : undefined;
  return finder.find({ folders, active });
}

const PYTHON_EXTENSION = 'ms-python.python';
/** It may be looking for interpreters itself when it is asked. */
const PATIENCE_MS = 10_000;

/**
 * The interpreter that is chosen in the Python extension, where that is installed. Nothing here depends on it: an answer that is
 * late, or of another shape than it is documented today, counts as none.
 */
async function activeInterpreter(log: Services['log']): Promise<string | undefined> {
  const extension = extensions.getExtension<unknown>(PYTHON_EXTENSION);
  if (extension === undefined) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((give) => {
    timer = setTimeout(() => give(undefined), PATIENCE_MS);
  });
  try {
    const asked = async (): Promise<string | undefined> => askForInterpreter(await extension.activate());
    return await Promise.race([asked(), late]);
  } catch (error) {
    log.warn(`the Python extension could not be asked: ${messageOf(error)}`);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** `environments.getActiveEnvironmentPath` and `resolveEnvironment` of @vscode/python-extension. */
async function askForInterpreter(api: unknown): Promise<string | undefined> {
  const environments = memberOf(api, 'environments');
  const path = await call(environments, 'getActiveEnvironmentPath');
  const resolved = await call(environments, 'resolveEnvironment', path);
  const file = memberOf(memberOf(memberOf(resolved, 'executable'), 'uri'), 'fsPath');
  return typeof file === 'string' && file !== '' ? file : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

async function call(value: unknown, name: string, ...args: readonly unknown[]): Promise<unknown> {
  const method = memberOf(value, name);
  return typeof method === 'function' ? ((await method.apply(value, args)) as unknown) : undefined;
}
