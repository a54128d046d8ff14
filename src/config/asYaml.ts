import { stringify } from 'yaml';
import type { RunConfig } from '../protocol/runConfig.ts';

/** Where each value of a config came from, by dotted key. */
export type Origins = Readonly<Record<string, 'default' | 'file' | 'flag'>>;

/**
 * A run's config as a file that makes the same run: what somebody chose, and with `all` every default as well.
 * @param shorten how paths shall stand in the file
 */
export function configAsYaml(
  config: RunConfig,
  origins: Origins,
  { all, heading }: { readonly all: boolean; readonly heading: string },
): string {
  const kept = all ? config : chosenOf(config, origins);
  const comment = heading
    .split('\n')
    .map((line) => `# ${line}`)
    .join('\n');
  return `${comment}\n${stringify({ version: 1, ...kept }, { lineWidth: 0 })}`;
}

/** What did not come from a default; blocks that would be empty are kept, because a block is a method. */
function chosenOf(config: RunConfig, origins: Origins): Record<string, unknown> {
  const chosen = pick(config, origins, '');
  for (const block of ['self_distill', 'freeze', 'lora', 'launch'] as const)
    if (config[block] !== undefined) chosen[block] ??= {};
  return chosen;
}

function pick(value: object, origins: Origins, prefix: string): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
      const part = pick(inner, origins, path);
      if (Object.keys(part).length > 0) picked[key] = part;
    } else if (inner !== undefined && (origins[path] ?? 'default') !== 'default') picked[key] = inner;
  }
  return picked;
}
