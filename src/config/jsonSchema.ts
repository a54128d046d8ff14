import * as z from 'zod';
import { RunConfigSchema } from '../protocol/runConfig.ts';

/** The part of JSON Schema that the config's schema uses, as plain data. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly const?: string | number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly pattern?: string;
}

/** What a user may write, for completion and hover in editors. Draft 7, because that is what they all read. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(RunConfigSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // Neither says anything to a user: a format that no validator knows, and the largest exact integer.
      if (jsonSchema.format === 'includes') delete jsonSchema.format;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const { $schema, ...rest } = schema as JsonSchema;
  return { ...($schema === undefined ? {} : { $schema }), title: 'Holdfast SFT config', ...rest };
}
