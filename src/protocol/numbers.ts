import * as z from 'zod';

/**
 * Numbers on the wire. JSON has no NaN or infinities: Python writes them bare (which JSON.parse refuses) and JSON.stringify
 * silently writes null. A diverging loss is exactly when the value matters, so Holdfast names them as strings.
 */
const NON_FINITE = ['NaN', 'Infinity', '-Infinity'] as const;

/** A number that may be non-finite; on the wire the three non-finite values are strings, in memory they are numbers. */
export const wireNumber = z.union([z.number(), z.enum(NON_FINITE).transform(Number)]);

/** JSON text in which every non-finite number is its named string; the only encoder of the run folder. */
export function encodeJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, item: unknown) => (typeof item === 'number' && !Number.isFinite(item) ? String(item) : item),
    indent,
  );
}
