import type { CommandKey } from '../contributions.ts';
import type { CommandHandler } from '../services.ts';
import { checkEnvironment } from './checkEnvironment.ts';
import { compareMethods } from './compareMethods.ts';
import { copyCommandLine, deleteRun, duplicate, rename } from './manage.ts';
import { newConfig } from './newConfig.ts';
import { openReference } from './openReference.ts';
import { copyCheckpointPath, openConfig, openLog, openRun, reveal } from './openRun.ts';
import { probeKnowledge } from './probeKnowledge.ts';
import { restartAnnotations } from './restartAnnotations.ts';
import { resume } from './resume.ts';
import { setUpTorch } from './setUpTorch.ts';
import { splitOffEvaluation } from './splitOffEvaluation.ts';
import { startRun } from './startRun.ts';
import { kill, steer } from './steer.ts';
import { trySample } from './trySample.ts';

/** What every command does. */
export const HANDLERS: Readonly<Record<CommandKey, CommandHandler>> = {
  startRun,
  newConfig,
  trySample,
  openRun,
  stop: steer('stop', 'stop and save'),
  kill,
  pause: steer('pause', 'pause'),
  continue: steer('continue', 'continue'),
  resume,
  save: steer('save', 'save a checkpoint'),
  evaluate: steer('evaluate', 'evaluate'),
  openLog,
  openConfig,
  reveal,
  rename,
  delete: deleteRun,
  duplicate,
  copyCommandLine,
  copyCheckpointPath,
  probeKnowledge,
  compareMethods,
  splitOffEvaluation,
  openReference,
  restartAnnotations,
  checkEnvironment,
  setUpTorch,
  refresh: async ({ roots, feed }) => {
    roots.refresh();
    feed.refresh();
    await Promise.resolve();
  },
  showOutput: async ({ showOutput }) => {
    showOutput();
    await Promise.resolve();
  },
};
