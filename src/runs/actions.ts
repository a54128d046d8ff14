import type { RunAction } from '../protocol/panelMessages.ts';
import type { Status } from './liveStatus.ts';

/** What may be asked of a run in this state; everything else is not offered. */
export function actionsFor(status: Status): readonly RunAction[] {
  return [...BY_STATUS[status], ...ALWAYS];
}

const ALWAYS = ['duplicate', 'openConfig', 'openLog', 'reveal', 'rename'] as const;

const BY_STATUS: Readonly<Record<Status, readonly RunAction[]>> = {
  starting: ['stop'],
  waiting: ['stop'],
  running: ['stop', 'pause', 'save', 'evaluate'],
  paused: ['continue', 'stop', 'save', 'evaluate'],
  // Who has asked politely and is not heard may insist.
  stopping: ['kill'],
  stopped: ['resume', 'delete'],
  failed: ['resume', 'delete'],
  lost: ['resume', 'delete'],
  finished: ['delete'],
  // It may still be running where nobody can see it from here; it still reads its commands.
  unknown: ['stop', 'delete'],
};
