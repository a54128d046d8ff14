/** 0:07, 12:34, 1:02:03. Undefined: no estimate yet. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '?';
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const tail = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** 0.973; a dash for undefined and for a share of nothing (NaN). */
export function share(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '-' : value.toFixed(3);
}

/** 5.6 % of 0.056. */
export function percent(value: number | undefined | null): string {
  return value === undefined || value === null ? '-' : `${(100 * value).toFixed(1)} %`;
}

/** 1,053,824. */
export function grouped(value: number | undefined): string {
  return value === undefined ? '-' : Math.round(value).toLocaleString('en-US');
}

/** 1.2 GB, 37 MB (powers of 1000, as disks and drivers count). */
export function bytes(value: number | undefined): string {
  if (value === undefined) return '-';
  return value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${Math.round(value / 1e6)} MB`;
}

/** p-values: 0.03, < 0.001. */
export function pValue(value: number): string {
  return value < 0.001 ? '< 0.001' : value.toFixed(3);
}

/** `[█████·····]`: the share done in `width` cells; empty where the total is not known (0). */
export function bar(done: number, total: number, width: number): string {
  const filled = total <= 0 ? 0 : Math.min(width, Math.round((done / total) * width));
  return `[${'█'.repeat(filled)}${'·'.repeat(width - filled)}]`;
}

/** Cut to `width` characters, with an ellipsis; never through the middle of one. */
export function clip(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
