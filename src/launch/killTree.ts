import { spawnSync } from 'node:child_process';
import { livenessOf } from '../folder/identity.ts';
import type { ProcessEntry } from '../folder/platform/processEntry.ts';
import { processTable } from '../folder/platform/processTable.ts';
import type { ProcessIdentity } from '../protocol/runFiles.ts';
import { waitUntil } from './waiting.ts';

/**
 * Ends a process and everything it started: its descendants, and the process group it leads, so that helpers whose parent
 * has already died come along. Asks first (SIGTERM), then makes sure (SIGKILL). The caller has proved whose process it is.
 * Rejects with one sentence if something is still there at the end.
 */
export async function killTree(root: ProcessIdentity): Promise<void> {
  const ended = process.platform === 'win32' ? await killWindowsTree(root) : await killFamily(root);
  if (!ended) {
    throw new Error(
      `Process ${root.pid} does not end; it may wait for a disk or a driver, so end it by hand or restart.`,
    );
  }
}

const TERM_SECONDS = 3;
const KILL_SECONDS = 10;

async function killFamily(root: ProcessIdentity): Promise<boolean> {
  const known = new Map([[root.pid, root.process_start]]);
  const seen = processTable().entryOf(root.pid);
  const leads = seen?.group === root.pid && seen.start === root.process_start;
  const signalled = new Set<number>();
  // Listed anew at every look: a family may have children while it is being ended.
  const living = (): ProcessEntry[] => {
    const family = familyOf(processTable().list(), root, known, leads);
    for (const { pid, start } of family) known.set(pid, start);
    return family;
  };
  const terminated = (): boolean => {
    const family = living();
    for (const { pid } of family.filter((member) => !signalled.has(member.pid))) signal(pid, 'SIGTERM');
    for (const { pid } of family) signalled.add(pid);
    return family.length === 0;
  };
  const killed = (): boolean => {
    const family = living();
    for (const { pid } of family) signal(pid, 'SIGKILL');
    return family.length === 0;
  };
  return (await waitUntil(terminated, TERM_SECONDS)) || (await waitUntil(killed, KILL_SECONDS));
}

/**
 * Who belongs to `root` among `entries`, zombies and this very process left out: the known processes that are still the same
 * ones, everybody in the group that root leads, and all their descendants.
 */
export function familyOf(
  entries: readonly ProcessEntry[],
  root: { readonly pid: number; readonly process_start: string },
  known: ReadonlyMap<number, string>,
  leadsGroup: boolean,
): ProcessEntry[] {
  // The system gives the pid away again only when the group is empty; then the group of that number is not ours any more.
  const reused = entries.some(({ pid, start }) => pid === root.pid && start !== root.process_start);
  const isOurs = ({ pid, start, group }: ProcessEntry): boolean =>
    known.get(pid) === start || (leadsGroup && !reused && group === root.pid);
  const family = new Set(entries.filter(isOurs));
  const pids = new Set([...family].map(({ pid }) => pid));
  for (let size = -1; size !== family.size;) {
    size = family.size;
    for (const entry of entries.filter(({ parent }) => pids.has(parent))) {
      family.add(entry);
      pids.add(entry.pid);
    }
  }
  return [...family].filter(({ pid, zombie }) => !zombie && pid !== process.pid);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Ended by itself, or not ours to signal: the next look tells.
  }
}

/** Windows has no signals: taskkill ends a tree at once. */
async function killWindowsTree(root: ProcessIdentity): Promise<boolean> {
  spawnSync('taskkill', ['/PID', String(root.pid), '/T', '/F'], { windowsHide: true, stdio: 'ignore' });
  return waitUntil(() => livenessOf(root) === 'gone', KILL_SECONDS);
}
