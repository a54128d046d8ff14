import type { JsonSchema } from '../jsonSchema.ts';
import { patternOf, type Path } from '../path.ts';
import { schemaAt } from '../schemaAt.ts';

/** A setting that a config may have, items of lists included. */
export interface Setting {
  readonly path: Path;
  /** As `patternOf` writes it. */
  readonly pattern: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** Every setting there is, in the order of the schema, blocks before what is in them. */
export function allSettings(): Setting[] {
  const root = schemaAt([]);
  return root === undefined ? [] : settingsIn(root, []);
}

function settingsIn(schema: JsonSchema, path: Path): Setting[] {
  return alternativesOf(schema).flatMap(({ properties = {}, required = [], items }) => [
    ...Object.entries(properties).flatMap(([key, inner]) => {
      const own = [...path, key];
      const isRequired = required.includes(key);
      return [{ path: own, pattern: patternOf(own), schema: inner, isRequired }, ...settingsIn(inner, own)];
    }),
    ...(items === undefined ? [] : settingsIn(items, [...path, 0])),
  ]);
}

function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  return [schema, ...(schema.anyOf ?? [])];
}
