import { RunConfigSchema, type RunConfig } from '../protocol/runConfig.ts';
import type { ParsedConfig } from './parse.ts';

/** What one top-level setting amounts to, its default included; undefined if it is not valid (or has no default). */
export function settingOf<Key extends keyof RunConfig>(
  parsed: ParsedConfig,
  key: Key,
): RunConfig[Key] | undefined {
  const result = RunConfigSchema.shape[key].safeParse(parsed.value?.[key]);
  return result.success ? (result.data as RunConfig[Key]) : undefined;
}
