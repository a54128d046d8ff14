import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ProcessEntry, ProcessTable } from './processEntry.ts';

/** Windows: PowerShell's Get-CimInstance (about a second per question; wmic is gone from new installations). */
export const windowsTable: ProcessTable = {
  entryOf: (pid) => parseCim(ask(`-Filter "ProcessId=${pid}"`))[0],
  list: () => parseCim(ask('')),
  // Start times are absolute here, so pid and start already name one process for good.
  bootId: () => '',
};

/** The processes in the lines `pid TAB parent TAB start TAB command line`; lines of another shape are skipped. */
export function parseCim(text: string): ProcessEntry[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [pid = '', parent, start = '', ...command] = line.split('\t');
    if (!/^\d+$/.test(pid) || start === '') return [];
    const commandLine = command.join('\t');
    return [{ pid: Number(pid), parent: Number(parent), group: 0, start, zombie: false, commandLine }];
  });
}

/** Start times in ticks of 100 ns since year 1, UTC. The output is UTF-8, or folders with accents would not be recognised. */
function ask(filter: string): string {
  const script =
    `[Console]::OutputEncoding = [Text.Encoding]::UTF8; Get-CimInstance Win32_Process ${filter} | ` +
    `Where-Object { $_.CreationDate } | ForEach-Object { "{0}\`t{1}\`t{2}\`t{3}" -f ` +
    `$_.ProcessId, $_.ParentProcessId, $_.CreationDate.ToUniversalTime().Ticks, $_.CommandLine }`;
  const args = ['-NoProfile', '-NonInteractive', '-Command', script];
  const options = { encoding: 'utf8', windowsHide: true, maxBuffer: 64_000_000, timeout: 30_000 } as const;
  const result = spawnSync(powershell(), args, options);
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`PowerShell could not list processes: ${result.stderr.trim()}`);
  return result.stdout;
}

/** By its full path, so that a powershell.exe in the current folder is never taken for it. */
function powershell(): string {
  return join(
    process.env.SystemRoot ?? 'C:\\Windows',
    'System32',
    'WindowsPowerShell',
    'v1.0',
    'powershell.exe',
  );
}
