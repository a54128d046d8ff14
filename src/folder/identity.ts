import { hostname } from 'node:os';
import type { ProcessIdentity } from '../protocol/runFiles.ts';
import { errorCode } from './errorCode.ts';
import { processTable } from './platform/processTable.ts';

/**
 * Who a process is: pids are reused, so a pid counts only together with its start time, boot and host.
 *
 * Containers: `hostname` is the container's own unless it was started with the host's; `boot_id` is the kernel's, shared by
 * all containers of a machine, with the pid namespace after a blank. Another namespace is 'elsewhere', like another host.
 * A writer that leaves the namespace out is taken to live in the reader's.
 */
export function currentIdentity(): ProcessIdentity {
  const identity = identityOf(process.pid);
  if (identity === undefined)
    throw new Error(`Cannot tell when process ${process.pid}, this one, was started.`);
  return identity;
}

/** Identity of a living process on this host; undefined where there is none (a zombie is none). Throws where it cannot be told. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  if (!isPid(pid)) return undefined;
  const entry = processTable().entryOf(pid);
  if (entry === undefined || entry.zombie) return undefined;
  return { pid, process_start: entry.start, hostname: hostname(), boot_id: processTable().bootId() };
}

/** Whether that very process still lives; 'elsewhere' = cannot be told from this host. In doubt 'alive': its locks stay its own. */
export function livenessOf(identity: ProcessIdentity): 'alive' | 'gone' | 'elsewhere' {
  if (identity.hostname !== hostname()) return 'elsewhere';
  try {
    const span = compareBoots(identity.boot_id, processTable().bootId());
    return span === 'same' ? livenessHere(identity) : span;
  } catch {
    return 'alive';
  }
}

function livenessHere(identity: ProcessIdentity): 'alive' | 'gone' {
  const existence = existenceOf(identity.pid);
  if (existence === 'none') return 'gone';
  const found = identityOf(identity.pid);
  if (found !== undefined) return found.process_start === identity.process_start ? 'alive' : 'gone';
  // Other users' processes may be there without being listed (/proc mounted with hidepid).
  return existence === 'foreign' ? 'alive' : 'gone';
}

/** The command line of a living process, its arguments joined by blanks; undefined where there is none. */
export function commandLineOf(pid: number): string | undefined {
  if (!isPid(pid)) return undefined;
  const entry = processTable().entryOf(pid);
  return entry === undefined || entry.zombie ? undefined : entry.commandLine;
}

/** 'gone' = this host was started anew since; 'elsewhere' = same kernel, other pid namespace. */
export function compareBoots(recorded: string, here: string): 'same' | 'gone' | 'elsewhere' {
  const [boot, namespace] = splitOnce(recorded);
  const [bootHere, namespaceHere] = splitOnce(here);
  if (boot !== bootHere) return 'gone';
  return namespace === '' || namespace === namespaceHere ? 'same' : 'elsewhere';
}

function splitOnce(text: string): [string, string] {
  const blank = text.indexOf(' ');
  return blank < 0 ? [text, ''] : [text.slice(0, blank), text.slice(blank + 1)];
}

/** Signal 0 asks without signalling, and cheaper than any list of processes. */
function existenceOf(pid: number): 'mine' | 'foreign' | 'none' {
  try {
    process.kill(pid, 0);
    return 'mine';
  } catch (error) {
    return errorCode(error) === 'EPERM' ? 'foreign' : 'none';
  }
}

function isPid(pid: number): boolean {
  return Number.isSafeInteger(pid) && pid > 0;
}
