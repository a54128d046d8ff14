/**
 * Everything read from a run folder is untrusted, because folders travel inside other people's repositories.
 * These caps keep a hostile or broken one from costing memory.
 */
export const MAX_LINE_BYTES = 1_000_000;
export const MAX_STRING_LENGTH = 100_000;
export const MAX_NESTING = 32;

/** Parses JSON under the caps. Returns the value, or a sentence saying what is wrong with the text. Never throws. */
export function parseCapped(text: string): { value: unknown } | { problem: string } {
  if (text.length > MAX_LINE_BYTES) return { problem: `longer than ${MAX_LINE_BYTES} characters` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: `not JSON: ${text.slice(0, 60).replace(/\s+/g, ' ')}` };
  }
  const problem = overCap(value, 0);
  return problem === undefined ? { value } : { problem };
}

function overCap(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') {
    return value.length > MAX_STRING_LENGTH ? `holds a string of ${value.length} characters` : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= MAX_NESTING) return `nested deeper than ${MAX_NESTING} levels`;
  for (const item of Object.values(value)) {
    const problem = overCap(item, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
