import type { CommandHandler } from '../services.ts';

/** A new thread for squiggles, hints and all else beside a config: for when they are stuck, or say what is no longer so. */
export const restartAnnotations: CommandHandler = async ({ annotations, log }) => {
  log.info('annotations are started anew');
  annotations.restart();
  await Promise.resolve();
};
