import { configJsonSchema, type JsonSchema } from './jsonSchema.ts';
import type { Path } from './path.ts';

const CONFIG_SCHEMA = configJsonSchema();

/** What may stand at `path`; undefined if nothing may. Of alternatives, the list or the block is followed. */
export function schemaAt(path: Path): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>(
    (schema, step) => (schema === undefined ? undefined : childOf(schema, step)),
    CONFIG_SCHEMA,
  );
}

/** The block that may stand at `path`; undefined if none may. */
export function blockAt(path: Path): JsonSchema | undefined {
  const schema = schemaAt(path);
  return [schema, ...(schema?.anyOf ?? [])].find((option) => option?.properties !== undefined);
}

/** The keys a block at `path` may hold; undefined if no block may stand there. */
export function keysAt(path: Path): readonly string[] | undefined {
  const properties = blockAt(path)?.properties;
  return properties === undefined ? undefined : Object.keys(properties);
}

/** Every setting that is the value of a key outside lists: learning_rate, probes, probes.max_facts ... */
export function settingPaths(base: readonly string[] = []): (readonly string[])[] {
  const { properties = {} } = schemaAt(base) ?? {};
  return Object.keys(properties).flatMap((key) => [[...base, key], ...settingPaths([...base, key])]);
}

function childOf(schema: JsonSchema, step: string | number): JsonSchema | undefined {
  for (const option of [schema, ...(schema.anyOf ?? [])]) {
    if (typeof step === 'number' && option.items !== undefined) return option.items;
    if (
      typeof step === 'string' &&
      option.properties !== undefined &&
      Object.hasOwn(option.properties, step)
    ) {
      return option.properties[step];
    }
  }
  return undefined;
}
