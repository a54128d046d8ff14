import { resolve } from 'node:path';
import { deviceOf } from '../../launch/judgePython.ts';
import { setUpTorch, type SetUp } from '../../launch/setUpTorch.ts';
import type { Services } from '../services.ts';
import { printable, type Terminal } from '../terminal.ts';
import { EXIT, UserError } from '../userError.ts';

export interface SetupOptions {
  readonly python?: string;
  readonly indexUrl?: string;
  readonly cpu?: boolean;
  readonly json?: boolean;
}

/** `holdfast setup torch`: the environment that the torch engine runs in; at once where it is there. */
export async function setupCommand(what: string, options: SetupOptions, services: Services): Promise<number> {
  if (what !== 'torch')
    throw new UserError(`There is nothing called ${what} to set up: write holdfast setup torch.`);
  if (options.cpu === true && options.indexUrl !== undefined)
    throw new UserError('--cpu and --index-url both say where PyTorch comes from: give one of them.');
  const { terminal, torchEngine, folder } = services;
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop);
  try {
    const made = await setUpTorch({
      engineFolder: torchEngine,
      python: pathOf(options.python, folder),
      indexUrl: options.indexUrl,
      cpu: options.cpu,
      signal: controller.signal,
      onLine: (line) => terminal.err(printable(line)),
    });
    tell(made, options, terminal);
    return EXIT.done;
  } finally {
    process.off('SIGINT', stop);
  }
}

function pathOf(python: string | undefined, folder: string): string | undefined {
  // A name is looked for on PATH, a path starts here.
  return python !== undefined && /[\\/]/.test(python) ? resolve(folder, python) : python;
}

function tell(
  { environment, python, isNew }: SetUp,
  { json }: SetupOptions,
  { out, err, style }: Terminal,
): void {
  const { report, warnings, command } = python;
  const device = deviceOf(report);
  if (json === true) {
    const { python: version, packages } = report;
    out(JSON.stringify({ environment, command, python: version, packages, device, warnings, is_new: isNew }));
    return;
  }
  for (const warning of warnings) err(style('yellow', printable(warning)));
  const done = isNew
    ? 'The torch engine is set up'
    : 'The torch engine was set up before; delete the folder to make it anew';
  err(`${done}: Python ${report.python}, PyTorch ${report.packages.torch ?? 'none'}, ${device}.`);
  out(environment);
}
