import type { PythonFinder } from '../launch/pythonForEngine.ts';
import type { Terminal } from './terminal.ts';

/** What the composition root gives every command. */
export interface Services {
  readonly terminal: Terminal;
  readonly version: string;
  /** Absolute path of the TypeScript engine's program. */
  readonly tfjsEngine: string;
  /** Absolute path of the folder that the torch engine's package lies in. */
  readonly torchEngine: string;
  readonly python: PythonFinder;
  /** Absolute path of the general-knowledge probe set that ships with Holdfast. */
  readonly generalKnowledge: string;
  /** Absolute path of the lab: the small model and the facts that ship with Holdfast. */
  readonly lab: string;
  /** Where commands look for `.holdfast`. */
  readonly folder: string;
}
