import { describeAllowed } from '../allowed.ts';
import { valueRange } from '../parse.ts';
import type { Path } from '../path.ts';
import { keysAt, schemaAt } from '../schemaAt.ts';
import { schemaIssues } from '../schemaIssues.ts';
import { showPath } from '../wording.ts';
import { defineRule } from './rule.ts';

/** A key with nothing after its colon is null to YAML: neither a value nor the default. */
export const emptyValue = defineRule('config.empty-value', 'error', ({ parsed }) =>
  schemaIssues(parsed.value)
    .filter(({ received }) => received === null)
    .map(({ path }) => ({ path, range: valueRange(parsed, path), message: messageFor(path) })),
);

function messageFor(path: Path): string {
  const schema = schemaAt(path);
  const cure = schema === undefined ? 'write one' : `write ${describeAllowed(schema)}`;
  const way = isOptional(path) ? `${cure}, or delete the key to get the default` : cure;
  return `${showPath(path)} has no value: ${way}.`;
}

function isOptional(path: Path): boolean {
  const key = path.at(-1);
  const block = schemaAt(path.slice(0, -1));
  const item = [block, ...(block?.anyOf ?? [])].find((option) => option?.properties !== undefined);
  return (
    typeof key === 'string' &&
    keysAt(path.slice(0, -1)) !== undefined &&
    item?.required?.includes(key) !== true
  );
}
