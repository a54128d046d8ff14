import type { RunAction } from '../../src/protocol/panelMessages.ts';

/** How states are called; a state of a later version by its own name. */
export function statusWord(status: string): string {
  return STATUS_WORDS[status] ?? status;
}

const STATUS_WORDS: Readonly<Record<string, string | undefined>> = {
  starting: 'Starting',
  waiting: 'Waiting for the device',
  running: 'Running',
  paused: 'Paused',
  stopping: 'Stopping',
  stopped: 'Stopped',
  finished: 'Finished',
  failed: 'Failed',
  lost: 'Lost',
  unknown: 'Not heard of',
};

/** Buttons of the panel, in this order; what is not here is in menus. `isMain`: the one thing to do next. */
export const BUTTONS: readonly {
  readonly action: RunAction;
  readonly text: string;
  readonly title: string;
  readonly isMain?: boolean;
}[] = [
  { action: 'continue', text: 'Continue', title: 'Go on training', isMain: true },
  {
    action: 'resume',
    text: 'Resume',
    title: 'Go on from the last checkpoint, in a new process',
    isMain: true,
  },
  { action: 'pause', text: 'Pause', title: 'Hold still after the step in hand; the process stays' },
  {
    action: 'stop',
    text: 'Stop and Save',
    title: 'Finish the step in hand, save a checkpoint, and end; it can be resumed',
  },
  {
    action: 'kill',
    text: 'End by Force',
    title: 'End the process at once; what it did since its last checkpoint is lost',
  },
  { action: 'save', text: 'Save Checkpoint', title: 'Save a checkpoint now and go on' },
  { action: 'evaluate', text: 'Evaluate', title: 'Ask all facts now' },
  { action: 'openLog', text: 'Log', title: 'Everything the engine printed' },
  { action: 'openConfig', text: 'Config', title: 'The config as it was run' },
  {
    action: 'duplicate',
    text: 'Duplicate With Changes',
    title: 'A copy of the config, to be changed and started',
  },
];
