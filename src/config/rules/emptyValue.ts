import { describeAllowed } from '../allowed.ts';
import { valueRange } from '../parse.ts';
import type { Path } from '../path.ts';
import { blockAt, schemaAt } from '../schemaAt.ts';
import { showPath } from '../wording.ts';
import { defineRule } from './rule.ts';

/** A key with nothing after its colon is null to YAML: neither a value nor the default. */
export const emptyValue = defineRule(
  'config.empty-value',
  'error',
  ({ parsed, issues }) =>
    // Where the text is broken the value may be what could not be read.
    parsed.problems.length > 0 ? [] : issues.filter(({ received }) => received === null),
  ({ path }, { parsed }) => ({ path, range: valueRange(parsed, path), message: messageFor(path) }),
);

function messageFor(path: Path): string {
  const schema = schemaAt(path);
  const cure = schema === undefined ? 'write one' : `write ${describeAllowed(schema)}`;
  const hasDefault = schema?.default !== undefined;
  const deletion = hasDefault ? ', or delete the key to get the default' : ', or delete the key';
  return `${showPath(path)} has no value: ${cure}${isOptional(path) ? deletion : ''}.`;
}

function isOptional(path: Path): boolean {
  const key = path.at(-1);
  const block = blockAt(path.slice(0, -1));
  return typeof key === 'string' && block !== undefined && block.required?.includes(key) !== true;
}
