import { join } from 'node:path';
import { readTextCapped } from '../folder/readCapped.ts';
import { parseCapped } from '../protocol/limits.ts';
import { readTensorHeaders, weightFiles } from './tensorHeaders.ts';

/** What a model's folder tells without loading it. */
export interface ModelSummary {
  /** `model_type` of its config.json; undefined where there is none. */
  readonly type: string | undefined;
  /** Numbers in its weights; undefined where they cannot be counted. */
  readonly parameters: number | undefined;
}

/** Reads config.json and the headers of the weights; never throws. */
export function modelSummary(folder: string): ModelSummary {
  const value = readModelConfig(folder);
  const type = isRecord(value) && typeof value.model_type === 'string' ? value.model_type : undefined;
  return { type, parameters: countParameters(folder) };
}

/** A model's config.json, whatever it says; undefined where there is none that can be read. Never throws. */
export function readModelConfig(folder: string): unknown {
  const config = readTextCapped(join(folder, 'config.json'), 1_000_000);
  const parsed = config !== undefined && 'text' in config ? parseCapped(config.text) : undefined;
  return parsed !== undefined && 'value' in parsed ? parsed.value : undefined;
}

function countParameters(folder: string): number | undefined {
  const files = weightFiles(folder);
  if (files.length === 0) return undefined;
  const counts = files.map((name) => countIn(join(folder, name)));
  return counts.reduce<number | undefined>(
    (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
}

function countIn(path: string): number | undefined {
  const tensors = readTensorHeaders(path);
  if (tensors === undefined) return undefined;
  const count = tensors.reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
  return Number.isFinite(count) ? count : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
