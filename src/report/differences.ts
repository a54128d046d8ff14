/** Settings in which objects differ, by dotted key: [key, value in the first, in the second ...]; absent is a dash. */
export function differences(objects: readonly unknown[]): string[][] {
  const flat = objects.map((object) => flatten(object));
  const keys = [...new Set(flat.flatMap((values) => [...values.keys()]))].sort();
  return keys
    .map((key) => [key, ...flat.map((values) => values.get(key) ?? '-')])
    .filter(([, ...values]) => new Set(values).size > 1);
}

/** Leaves by dotted key; a list counts as one. */
function flatten(value: unknown): Map<string, string> {
  const leaves = new Map<string, string>();
  const visit = (inner: unknown, key: string): void => {
    if (inner === undefined) return;
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner))
      leaves.set(key, typeof inner === 'string' ? inner : JSON.stringify(inner));
    else for (const [name, next] of Object.entries(inner)) visit(next, key === '' ? name : `${key}.${name}`);
  };
  visit(value, '');
  return leaves;
}
