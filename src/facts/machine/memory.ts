import { freemem, totalmem } from 'node:os';
import { posix } from 'node:path';
import { readTextCapped } from '../../folder/readCapped.ts';

/** In bytes. */
export interface MachineMemory {
  readonly total: number;
  readonly free: number;
}

/** The memory that this process may have: the machine's, or less where a container has a limit. */
export function machineMemory(): MachineMemory {
  const machine = { total: totalmem(), free: freemem() };
  return process.platform === 'linux' ? linuxMemory(machine, readSmall) : machine;
}

function readSmall(path: string): string | undefined {
  const read = readTextCapped(path, 100_000);
  return read !== undefined && 'text' in read ? read.text : undefined;
}

type Read = (path: string) => string | undefined;

/**
 * Linux counts what files left in memory as used, although it is given back when asked for: MemAvailable says what can be had
 * (proc(5)). A container sees the whole machine there; what it may use itself its control groups say, each of which counts with all
 * those above it (kernel.org, cgroup-v2 "Memory" and cgroup-v1 "memory").
 * @param read the text of a file; undefined where there is none
 */
export function linuxMemory(machine: MachineMemory, read: Read): MachineMemory {
  const available = /^MemAvailable:\s*(\d+) kB$/m.exec(read('/proc/meminfo') ?? '')?.[1];
  const free = available === undefined ? machine.free : Number(available) * 1_024;
  return controlGroups(read('/proc/self/cgroup') ?? '')
    .map((group) => limitOf(group, read))
    .filter((limit) => limit !== undefined)
    .reduce(
      (least, limit) => ({
        total: Math.min(least.total, limit.total),
        free: Math.min(least.free, limit.free),
      }),
      { total: machine.total, free },
    );
}

interface ControlGroup {
  readonly folder: string;
  readonly limit: string;
  readonly usage: string;
}

const V2 = { root: '/sys/fs/cgroup', limit: 'memory.max', usage: 'memory.current' };
const V1 = { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes' };

/** Of lines as `0::/a/b` (version 2) and `9:memory:/a/b` (version 1), the groups that limit memory, and those above them. */
function controlGroups(text: string): ControlGroup[] {
  return text.split('\n').flatMap((line) => {
    const [, id, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    if (id === '0' && controllers === '') return groupsUpwards(path, V2);
    return controllers?.split(',').includes('memory') === true ? groupsUpwards(path, V1) : [];
  });
}

function groupsUpwards(path: string, { root, limit, usage }: typeof V2): ControlGroup[] {
  const above = path === '/' ? [] : groupsUpwards(posix.dirname(path), { root, limit, usage });
  return [{ folder: posix.join(root, path), limit, usage }, ...above];
}

/** undefined where the group has no limit; `max`, or in version 1 a number that no machine has. */
function limitOf({ folder, limit, usage }: ControlGroup, read: Read): MachineMemory | undefined {
  const total = numberIn(read(posix.join(folder, limit)));
  if (total === undefined || total >= 2 ** 60) return undefined;
  const used = numberIn(read(posix.join(folder, usage))) ?? 0;
  const cached = /^(?:total_)?inactive_file (\d+)$/m.exec(read(posix.join(folder, 'memory.stat')) ?? '')?.[1];
  return { total, free: Math.max(0, total - used + Number(cached ?? 0)) };
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined;
}
