import { spawnSync } from 'node:child_process';
import type { ProcessEntry, ProcessTable } from './processEntry.ts';

/** macOS: `ps` and `sysctl`, by their full paths, because an editor started from the dock has a short PATH. */
export const psTable: ProcessTable = {
  entryOf: (pid) => parsePs(ask('/bin/ps', ['-ww', '-o', COLUMNS, '-p', String(pid)]))[0],
  list: () => parsePs(ask('/bin/ps', ['-ww', '-A', '-o', COLUMNS])),
  // Not kern.boottime: macOS works it out anew, from now and the uptime, whenever the clock is set.
  bootId: () => ask('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid']).trim(),
};

const COLUMNS = 'pid=,ppid=,pgid=,state=,lstart=,command=';
const LINE =
  /^\s*(?<pid>\d+)\s+(?<parent>\d+)\s+(?<group>\d+)\s+(?<state>\S+)\s+(?<start>\w{3} \w{3} +\d+ [\d:]{8} \d{4})\s*(?<command>.*)$/;

/** The processes in what `ps -o pid=,ppid=,pgid=,state=,lstart=,command=` prints; lines of another shape are skipped. */
export function parsePs(text: string): ProcessEntry[] {
  return text.split('\n').flatMap((line) => {
    const { pid, parent, group, state = '', start = '', command = '' } = LINE.exec(line)?.groups ?? {};
    if (pid === undefined) return [];
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        start,
        zombie: state.startsWith('Z'),
        commandLine: command,
      },
    ];
  });
}

function ask(command: string, args: readonly string[]): string {
  // Start times are printed in the user's language and time zone, which may change while a run lives.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const result = spawnSync(command, args, { encoding: 'utf8', env, maxBuffer: 64_000_000, timeout: 10_000 });
  if (result.error !== undefined) throw result.error;
  // Exit code 1 with nothing printed is how `ps -p` says "no such process".
  return result.stdout;
}
