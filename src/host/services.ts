import type { ExtensionContext } from 'vscode';
import type { configAsYaml } from '../config/asYaml.ts';
import type { estimateLength, roughSeconds } from '../config/estimate.ts';
import type { renderNewConfig } from '../config/newConfig.ts';
import type { hasErrors } from '../config/problem.ts';
import type { resolveConfig } from '../config/resolve.ts';
import type { parseRows } from '../data/parseRows.ts';
import type { Programs } from '../launch/programs.ts';
import type { PythonFinder } from '../launch/pythonForEngine.ts';
import type { RunFeed } from '../launch/runFeed.ts';
import type { Log } from './log.ts';
import type { Panels } from './panel/panels.ts';
import type { Roots } from './roots.ts';
import type { Settings } from './settings.ts';

/** What commands need of the rooms below that is loaded only when one of them asks (src/configTools.ts). */
export interface ConfigTools {
  readonly configAsYaml: typeof configAsYaml;
  readonly estimateLength: typeof estimateLength;
  readonly roughSeconds: typeof roughSeconds;
  readonly renderNewConfig: typeof renderNewConfig;
  readonly hasErrors: typeof hasErrors;
  readonly resolveConfig: typeof resolveConfig;
  readonly parseRows: typeof parseRows;
}

/** What the composition root gives every command. */
export interface Services {
  readonly context: ExtensionContext;
  readonly log: Log;
  readonly settings: Settings;
  readonly feed: RunFeed;
  readonly roots: Roots;
  readonly panels: Panels;
  /** The copy of the engine that runs use; made at the first call. Rejects with one sentence. */
  readonly programs: () => Promise<Programs>;
  /** Looks for the Python of the torch engine. Rejects where the engine could not be copied. */
  readonly python: () => Promise<PythonFinder>;
  readonly configTools: () => ConfigTools;
  readonly version: string;
  readonly showOutput: () => void;
  /** Folder of the extension's own files that outlive a version. */
  readonly storage: string;
}

/** A command of the palette; `arg` is what a menu or a button passed. */
export type CommandHandler = (services: Services, arg: unknown) => Promise<void>;
