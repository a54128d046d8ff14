import { linuxTable } from './linux.ts';
import type { ProcessTable } from './processEntry.ts';
import { psTable } from './ps.ts';
import { windowsTable } from './windows.ts';

/** The list of the platform this runs on. */
export function processTable(): ProcessTable {
  if (process.platform === 'linux') return linuxTable;
  return process.platform === 'win32' ? windowsTable : psTable;
}
