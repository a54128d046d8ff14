import type { RunConfig } from '../protocol/runConfig.ts';
import type { Origin } from './resolve.ts';

/** A resolved config and where each of its values came from, by dotted key. */
interface Resolved {
  readonly config: RunConfig;
  readonly origins: Readonly<Record<string, Origin>>;
}

/** Where the values of a changed config come from: what differs from before was set by a flag, so to speak. */
export function originsAfter(before: Resolved, config: RunConfig): Record<string, Origin> {
  const old = flatten(before.config);
  return Object.fromEntries(
    Object.entries(flatten(config)).map(([key, value]) => [
      key,
      old[key] === value ? (before.origins[key] ?? 'default') : 'flag',
    ]),
  );
}

/** Values by dotted key, as texts; a list counts as one value. */
function flatten(value: unknown, prefix = ''): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { [prefix]: JSON.stringify(value) };
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.assign(
    {},
    ...entries.map(([key, inner]) => flatten(inner, prefix === '' ? key : `${prefix}.${key}`)),
  ) as Record<string, string>;
}
