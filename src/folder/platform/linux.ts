import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { errorCode } from '../errorCode.ts';
import type { ProcessEntry, ProcessTable } from './processEntry.ts';

/** Linux: /proc, no child process needed (slim containers have no `ps`). */
export const linuxTable: ProcessTable = {
  entryOf,
  list: () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => entryOf(Number(name)) ?? []),
  bootId,
};

function entryOf(pid: number): ProcessEntry | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  const fields = stat === undefined ? undefined : parseStat(stat);
  if (fields === undefined) return undefined;
  const commandLine = readProc(`/proc/${pid}/cmdline`) ?? '';
  return { pid, ...fields, commandLine: commandLine.replaceAll('\0', ' ').trimEnd() };
}

/**
 * Fields 3 (state), 4 (ppid), 5 (pgrp) and 22 (starttime, clock ticks since boot) of proc_pid_stat(5). The name in field 2
 * may itself hold blanks and parentheses, so counting starts after the last `)`.
 */
export function parseStat(text: string): Omit<ProcessEntry, 'pid' | 'commandLine'> | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group] = fields;
  const start = fields[19];
  if (state === undefined || start === undefined) return undefined;
  return { parent: Number(parent), group: Number(group), start, zombie: 'ZXx'.includes(state) };
}

/**
 * The kernel's boot and the pid namespace. The namespace is there for containers that keep the host's name (`--net=host`):
 * pid 7 there and pid 7 here are two processes.
 */
function bootId(): string {
  const boot = readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  try {
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return boot;
  }
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // ESRCH: it ended between opening and reading. EACCES: hidden from this user.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
