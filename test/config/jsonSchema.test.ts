import { expect, test } from 'vitest';
import * as z from 'zod';
import { namedKind } from '../../src/config/files.ts';
import { configJsonSchema, type JsonSchema } from '../../src/config/jsonSchema.ts';
import type { Path } from '../../src/config/path.ts';

const SCHEMA = configJsonSchema();

/** What a validator that knows nothing but the JSON Schema says. */
const validator = z.fromJSONSchema(SCHEMA as Parameters<typeof z.fromJSONSchema>[0]);
const LEAST = { version: 1, model_name_or_path: 'model', train_file: 'rows.jsonl' };

test.each([
  [LEAST, true],
  [{ ...LEAST, train_file: [{ path: 'a' }] }, true],
  [{ ...LEAST, probes: {} }, true],
  [{ ...LEAST, probes: { sets: [{ name: 'a', file: 'b' }], on_exceeded: 'stop' } }, true],
  [{ ...LEAST, version: 2 }, false],
  [{ ...LEAST, lr: 1 }, false],
  [{ ...LEAST, probes: { set: 'auto' } }, false],
  [{ ...LEAST, learning_rate: 0 }, false],
  [{ ...LEAST, seed: 0.5 }, false],
  [{ ...LEAST, engine: 'jax' }, false],
  [{ ...LEAST, prompt_template: 'hi' }, false],
  [{ version: 1, model_name_or_path: 'model' }, false],
])('%j validates: %s', (config, isValid) => {
  expect(validator.safeParse(config).success).toBe(isValid);
});

test('editors learn what it is', () => {
  expect(SCHEMA).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Holdfast SFT config',
    type: 'object',
    required: ['version', 'model_name_or_path', 'train_file'],
  });
});

test('every key has a description, for hover', () => {
  const keys = keysOf(SCHEMA, []);
  expect(keys.length).toBeGreaterThan(40);
  expect(keys.filter(({ schema }) => (schema.description ?? '').length < 5)).toEqual([]);
});

test('the texts that must not be empty are the paths: messages call them so', () => {
  const nonEmpty = keysOf(SCHEMA, []).filter(({ schema }) =>
    [schema, ...(schema.anyOf ?? [])].some(({ minLength = 0 }) => minLength > 0),
  );
  const named = keysOf(SCHEMA, []).filter(({ path }) => namedKind(path) !== undefined);
  expect(nonEmpty.map(({ path }) => path)).toEqual(named.map(({ path }) => path));
  expect(named).toHaveLength(6);
});

test('no number is bounded by what a computer can hold', () => {
  const { learning_rate: rate, max_length: length } = SCHEMA.properties ?? {};
  expect(rate).toMatchObject({ type: 'number', exclusiveMinimum: 0, default: 5e-5 });
  expect(length).toMatchObject({ type: 'integer', minimum: 1, default: 1024 });
  expect(length).not.toHaveProperty('maximum');
});

function keysOf(schema: JsonSchema, path: Path): { path: Path; schema: JsonSchema }[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    { path: [...path, key], schema: inner },
    ...keysOf(inner, [...path, key]),
  ]);
  const items = schema.items === undefined ? [] : keysOf(schema.items, [...path, 0]);
  return [...own, ...items, ...(schema.anyOf ?? []).flatMap((option) => keysOf(option, path))];
}
