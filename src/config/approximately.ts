/** Sizes and times of estimates, no more exact than those are. */

/** 25 GB, 1.2 GB, 370 MB, 12 kB: two digits, in powers of 1000. */
export function aboutBytes(bytes: number): string {
  const two = (value: number): number => Number(value.toPrecision(2));
  if (two(bytes / 1e6) >= 1_000) return `${two(bytes / 1e9)} GB`;
  if (two(bytes / 1e3) >= 1_000) return `${two(bytes / 1e6)} MB`;
  return `${two(bytes / 1e3)} kB`;
}

/** 40 s, 12 min, 2.5 h, 3 days: two digits. */
export function aboutTime(seconds: number): string {
  const two = (value: number): number => Number(value.toPrecision(2));
  if (two(seconds) < 60) return `${Math.max(1, Math.round(two(seconds)))} s`;
  if (two(seconds / 60) < 60) return `${two(seconds / 60)} min`;
  if (two(seconds / 3_600) < 48) return `${two(seconds / 3_600)} h`;
  return `${two(seconds / 86_400).toLocaleString('en-US')} days`;
}
