/** Way to a value inside a config: keys of blocks and 0-based positions in lists. */
export type Path = readonly (string | number)[];

/** Dotted, as messages and origins say it: probes.sets[0].file. Unusual keys are quoted, so that no two paths look alike. */
export function formatPath(path: Path): string {
  return path
    .map((step) =>
      typeof step === 'number' ? `[${step}]` : isPlain(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
    )
    .join('')
    .replace(/^\./, '');
}

/** The path with list positions left out, for tables about every item alike: probes.sets[].file. */
export function patternOf(path: Path): string {
  return formatPath(path).replace(/\[\d+\]/g, '[]');
}

/** Whether the dotted `key` is `ancestor` or lies below it. */
export function isWithin(key: string, ancestor: string): boolean {
  return key === ancestor || key.startsWith(`${ancestor}.`) || key.startsWith(`${ancestor}[`);
}

/** The value at `path`; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => ownValue(inner, step), value);
}

/** A copy of `value` with `item` at `path`. Blocks on the way are made where they are missing; anything else stays. */
export function withValueAt(value: unknown, path: Path, item: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return item;
  const next = withValueAt(ownValue(value, step), rest, item);
  if (Array.isArray(value)) return value.map((old: unknown, index) => (index === step ? next : old));
  return value === undefined || value === null || isBlock(value) ? { ...value, [step]: next } : value;
}

/** A YAML mapping. */
export type Block = Readonly<Record<string, unknown>>;

export function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Own properties only: a key named `constructor` must not find Object.prototype's.
function ownValue(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
  return isBlock(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function isPlain(key: string): boolean {
  return /^[\w-]+$/.test(key);
}
