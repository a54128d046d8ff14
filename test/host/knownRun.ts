import type { KnownRun } from '../../src/launch/runWatch.ts';
import { RunConfigSchema, type RunConfigInput } from '../../src/protocol/runConfig.ts';
import type { RunFile } from '../../src/protocol/runFiles.ts';
import type { RunState } from '../../src/runs/runState.ts';
import { stateAfter, timeAt, type Said } from '../runs/events.ts';

// Builders of runs as the editor knows them: everything has a dull default, a test names only what it is about.

export function fileOf(over: Partial<RunFile> = {}, config: Partial<RunConfigInput> = {}): RunFile {
  return {
    protocol: '1.0',
    id: '20260101-000000-support-0000',
    created: timeAt(0),
    config: RunConfigSchema.parse({ version: 1, model_name_or_path: '/m', train_file: '/t', ...config }),
    origins: {},
    config_file: '/home/ada/support.sft.yaml',
    data: [],
    versions: {},
    ...over,
  };
}

export function knownRun(state: RunState = stateAfter(), over: Partial<KnownRun> = {}): KnownRun {
  const id = over.id ?? '20260101-000000-support-0000';
  return {
    id,
    folder: `/home/ada/.holdfast/runs/${id}`,
    root: '/home/ada/.holdfast',
    file: fileOf({ id }),
    problem: undefined,
    notes: {},
    isRead: true,
    damage: undefined,
    state,
    status: state.status,
    liveness: undefined,
    ...over,
  };
}

export const BEGIN: readonly Said[] = [
  ['hello', {}, 0],
  ['started', {}, 1],
];
