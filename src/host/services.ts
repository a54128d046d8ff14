import type { ExtensionContext } from 'vscode';
import type { configAsYaml } from '../config/asYaml.ts';
import type { evaluationEdits } from '../config/evaluationSplit.ts';
import type { renderNewConfig } from '../config/newConfig.ts';
import type { countedSeeds, methodRuns, methodsFor, USUAL_METHODS } from '../config/methods.ts';
import type { originsAfter } from '../config/origins.ts';
import type { summaryLines } from '../config/summaryText.ts';
import type { countKnowledge, knowledgeAdvice } from '../data/advice.ts';
import type { parseRows } from '../data/parseRows.ts';
import type { probedRecords } from '../data/probedRecords.ts';
import type { splitRows } from '../data/splitRows.ts';
import type { Programs } from '../launch/programs.ts';
import type { PythonFinder } from '../launch/pythonForEngine.ts';
import type { RunFeed } from '../launch/runFeed.ts';
import type { ConfigAnnotations } from './annotations/configAnnotations.ts';
import type { Log } from './log.ts';
import type { Panels } from './panel/panels.ts';
import type { Roots } from './roots.ts';
import type { Settings } from './settings.ts';

/** What commands need of the rooms below that is loaded only when one of them asks (src/configTools.ts). */
export interface ConfigTools {
  readonly configAsYaml: typeof configAsYaml;
  readonly renderNewConfig: typeof renderNewConfig;
  readonly summaryLines: typeof summaryLines;
  readonly countKnowledge: typeof countKnowledge;
  readonly countedSeeds: typeof countedSeeds;
  readonly evaluationEdits: typeof evaluationEdits;
  readonly knowledgeAdvice: typeof knowledgeAdvice;
  readonly methodRuns: typeof methodRuns;
  readonly methodsFor: typeof methodsFor;
  readonly originsAfter: typeof originsAfter;
  readonly parseRows: typeof parseRows;
  readonly probedRecords: typeof probedRecords;
  readonly splitRows: typeof splitRows;
  readonly USUAL_METHODS: typeof USUAL_METHODS;
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
  /** Squiggles, hints and all else that stands beside a config's text. */
  readonly annotations: ConfigAnnotations;
  readonly version: string;
  readonly showOutput: () => void;
  /** Folder of the extension's own files that outlive a version. */
  readonly storage: string;
}

/** A command of the palette; `arg` is what a menu or a button passed. */
export type CommandHandler = (services: Services, arg: unknown) => Promise<void>;
