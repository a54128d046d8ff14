import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../base/text.ts';
import { Failure } from '../failure.ts';
import { readArchitecture, type Architecture } from '../model/architecture.ts';
import { isTransposed } from '../model/model.ts';
import { initialValues, parameterSpecs, type ParameterSpec } from '../model/parameters.ts';
import { openSafetensors, type SafetensorsFile } from './safetensors.ts';
import { TOKENIZER_FILES } from './tokenizer.ts';
import { transpose } from './transpose.ts';
import { writeSafetensors } from './writeSafetensors.ts';

/** Parameter values in memory layout (linear weights [in, out]), by Hugging Face name. */
export type ParameterValues = ReadonlyMap<string, Float32Array<ArrayBuffer>>;

/** Reads and checks a model folder's config.json. */
export function loadArchitecture(folder: string): Architecture {
  const path = join(folder, 'config.json');
  if (!existsSync(path)) {
    throw new Failure(
      'model.config',
      `${folder} has no config.json: give the folder of a Hugging Face model as model_name_or_path.`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Failure(
      'model.config',
      `${path} is not JSON (${messageOf(error)}): copy or download it again.`,
    );
  }
  return readArchitecture(json, folder);
}

/** Fresh random values. */
export function initialParameters(arch: Architecture, seed: number): ParameterValues {
  return new Map(
    parameterSpecs(arch).map((spec) => [spec.name, inMemoryLayout(initialValues(spec, arch, seed), spec)]),
  );
}

/**
 * Loads model.safetensors, or its shards by model.safetensors.index.json.
 * @throws Failure naming the first tensor that is missing or has another shape than config.json says
 */
export function loadParameters(
  folder: string,
  arch: Architecture,
  onProgress?: (done: number, total: number) => void,
): ParameterValues {
  const specs = parameterSpecs(arch);
  const files = new Map<string, SafetensorsFile>();
  try {
    const fileOf = locateTensors(folder);
    const values = new Map<string, Float32Array<ArrayBuffer>>();
    for (const [index, spec] of specs.entries()) {
      onProgress?.(index, specs.length);
      const name = fileOf(spec.name);
      const file = files.get(name) ?? openShard(folder, name);
      files.set(name, file);
      values.set(spec.name, inMemoryLayout(readChecked(file, spec), spec));
    }
    return values;
  } finally {
    for (const file of files.values()) file.close();
  }
}

/**
 * Writes weights, config and tokenizer as a Hugging Face folder that `AutoModelForCausalLM.from_pretrained` loads.
 * @param source the folder the run started from: its config.json and tokenizer are taken along
 * @returns bytes of the weights file
 */
export function saveModelFolder(
  folder: string,
  source: string,
  arch: Architecture,
  read: (name: string) => Float32Array,
): number {
  mkdirSync(folder, { recursive: true });
  for (const name of [...TOKENIZER_FILES, 'generation_config.json']) {
    if (existsSync(join(source, name))) copyFileSync(join(source, name), join(folder, name));
  }
  const config = JSON.parse(readFileSync(join(source, 'config.json'), 'utf8')) as Record<string, unknown>;
  const dtypeKey = 'dtype' in config ? 'dtype' : 'torch_dtype';
  writeFileSync(
    join(folder, 'config.json'),
    `${JSON.stringify({ ...config, architectures: [arch.name], [dtypeKey]: 'float32' }, undefined, 2)}\n`,
  );
  const tensors = parameterSpecs(arch).map((spec) => ({
    name: spec.name,
    shape: spec.shape,
    values: () => inFileLayout(read(spec.name), spec),
  }));
  return writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt' });
}

function locateTensors(folder: string): (tensor: string) => string {
  const single = 'model.safetensors';
  if (existsSync(join(folder, single))) return () => single;
  const path = join(folder, `${single}.index.json`);
  if (!existsSync(path)) {
    throw new Failure(
      'model.weights',
      `${folder} has no model.safetensors: save the model with save_pretrained(..., safe_serialization=True), or set from_config: true to start from random weights.`,
    );
  }
  const map = readWeightMap(path);
  return (tensor) => {
    const name = map[tensor];
    if (typeof name === 'string' && !name.includes('/') && !name.includes('\\')) return name;
    throw new Failure(
      'model.weights',
      `${path} does not say which file holds ${tensor}: copy or download the model again.`,
    );
  };
}

function readWeightMap(path: string): Readonly<Record<string, unknown>> {
  try {
    const index = JSON.parse(readFileSync(path, 'utf8')) as { weight_map?: Record<string, unknown> };
    if (typeof index.weight_map === 'object') return index.weight_map;
  } catch {
    // falls through to the one sentence below
  }
  throw new Failure('model.weights', `${path} has no readable weight_map: copy or download the model again.`);
}

function openShard(folder: string, name: string): SafetensorsFile {
  const path = join(folder, name);
  if (!existsSync(path))
    throw new Failure('model.weights', `${path} is missing: copy or download the model again.`);
  return openSafetensors(path);
}

function readChecked(file: SafetensorsFile, spec: ParameterSpec): Float32Array<ArrayBuffer> {
  const entry = file.tensors.get(spec.name);
  if (entry === undefined) {
    throw new Failure(
      'model.weights',
      `${file.path} has no tensor ${spec.name}, which config.json calls for: use weights and config.json of one model.`,
    );
  }
  if (entry.shape.join() !== spec.shape.join()) {
    throw new Failure(
      'model.weights',
      `${file.path} holds ${spec.name} as [${entry.shape.join(', ')}], config.json makes it [${spec.shape.join(', ')}]: use weights and config.json of one model.`,
    );
  }
  return file.read(spec.name);
}

function inMemoryLayout(values: Float32Array<ArrayBuffer>, spec: ParameterSpec): Float32Array<ArrayBuffer> {
  const [out = 0, input = 0] = spec.shape;
  return isTransposed(spec) ? transpose(values, out, input) : values;
}

function inFileLayout(values: Float32Array, spec: ParameterSpec): Float32Array {
  const [out = 0, input = 0] = spec.shape;
  return isTransposed(spec) ? transpose(values, input, out) : values;
}
