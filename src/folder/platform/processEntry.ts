/** One process as the operating system lists it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** Process group; 0 where the platform has none. */
  readonly group: number;
  /** Opaque: two processes that had the same pid one after the other differ in it. */
  readonly start: string;
  /** Ended, but not yet collected by its parent. */
  readonly zombie: boolean;
  readonly commandLine: string;
}

/** The operating system's list of processes. Throws where it cannot be asked, which is not the same as "no such process". */
export interface ProcessTable {
  entryOf(pid: number): ProcessEntry | undefined;
  /** Every process this user may see. */
  list(): ProcessEntry[];
  /** Names the span in which a pid means one thing; '' where the platform has no name for it. */
  bootId(): string;
}
