import type { JsonSchema } from './jsonSchema.ts';
import { alternatives } from './wording.ts';

/** What may be written, in words that follow "write": a number above 0; `linear` or `cosine`. */
export function describeAllowed(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return alternatives(schema.anyOf.map(describeAllowed));
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return alternatives(schema.enum.map((word) => `\`${word}\``));
  switch (schema.type) {
    case 'boolean':
      return '`true` or `false`';
    case 'integer':
      return `a whole number${describeBounds(schema)}`;
    case 'number':
      return `a number${describeBounds(schema)}`;
    case 'array':
      return `a list of ${(schema.minItems ?? 0) > 0 ? 'one or more ' : ''}${describeItems(schema.items)}`;
    case 'object':
      return `a block of ${describeBlock(schema)}`;
    default:
      // Paths are the texts that must not be empty.
      return (schema.minLength ?? 0) > 0 ? 'a path' : 'a text';
  }
}

function describeItems(schema: JsonSchema | undefined): string {
  if (schema?.enum !== undefined)
    return `words out of ${schema.enum.map((word) => `\`${word}\``).join(', ')}`;
  return schema?.type === 'string' ? 'texts' : describeBlock(schema);
}

function describeBlock(schema: JsonSchema | undefined): string {
  return `{${Object.keys(schema?.properties ?? {}).join(', ')}}`;
}

function describeBounds(schema: JsonSchema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const bounds = [
    minimum === undefined ? undefined : `of at least ${minimum}`,
    exclusiveMinimum === undefined ? undefined : `above ${exclusiveMinimum}`,
    maximum === undefined ? undefined : `of at most ${maximum}`,
    exclusiveMaximum === undefined ? undefined : `below ${exclusiveMaximum}`,
  ].filter((bound) => bound !== undefined);
  return bounds.length === 0 ? '' : ` ${bounds.join(' and ')}`;
}
