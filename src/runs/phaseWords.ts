import type { Phase } from '../protocol/events.ts';

/** What an engine is busy with, as users read it. */
export const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  waiting: 'waiting for the device',
  downloading: 'downloading',
  loading: 'loading the model',
  tokenizing: 'tokenizing',
  probing: 'asking the base what it knows',
  snapshotting: 'training the teacher',
  caching_teacher: 'asking the teacher',
  compiling: 'compiling',
  evaluating: 'evaluating',
  verifying: 'verifying',
  saving: 'saving a checkpoint',
};
