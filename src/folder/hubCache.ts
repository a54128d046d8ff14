import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { parseCapped } from '../protocol/limits.ts';
import { readTextCapped } from './readCapped.ts';

/** What this machine has of the Hugging Face hub. */
export interface HubCache {
  /** Absolute path. */
  readonly folder: string;
  /** Whether the user forbids to ask the hub itself (HF_HUB_OFFLINE). */
  readonly isOffline: boolean;
  /** Folder of the model called `id` (organisation/name), with config and all its weights; undefined where there is none. */
  readonly find: (id: string) => string | undefined;
}

/** The cache that huggingface_hub and everything built on it share: its environment variables, its layout. */
export function hubCache(
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): HubCache {
  const folder = cacheFolder(env, home);
  return {
    folder,
    isOffline: isTrue(env.HF_HUB_OFFLINE) || isTrue(env.TRANSFORMERS_OFFLINE),
    find: (id) => (isId(id) ? findSnapshot(join(folder, `models--${id.replace('/', '--')}`)) : undefined),
  };
}

/** How a model is called in a line: by its id where its path is one of a hub cache, else by its folder's name. */
export function modelTitle(path: string): string {
  const [, model] = /[\\/]models--([^\\/]+)[\\/]snapshots[\\/][^\\/]+$/.exec(path) ?? [];
  return model === undefined ? basename(path) : model.replace('--', '/');
}

/** As huggingface_hub/constants.py has it. */
function cacheFolder(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const named = [env.HF_HUB_CACHE, env.HUGGINGFACE_HUB_CACHE].find((path) => (path ?? '') !== '');
  if (named !== undefined) return expand(named, home);
  if ((env.HF_HOME ?? '') !== '') return join(expand(env.HF_HOME ?? '', home), 'hub');
  const caches = (env.XDG_CACHE_HOME ?? '') === '' ? join(home, '.cache') : (env.XDG_CACHE_HOME ?? '');
  return join(expand(caches, home), 'huggingface', 'hub');
}

function expand(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path;
}

function isTrue(text: string | undefined): boolean {
  return ['1', 'on', 'yes', 'true'].includes((text ?? '').toLowerCase());
}

/** One or two names: nothing that could lead out of the cache. */
function isId(id: string): boolean {
  return id.length <= 96 && /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/.test(id) && !id.includes('..');
}

/** refs/main names the snapshot; where it is missing (another revision was downloaded), the only one there is. */
function findSnapshot(model: string): string | undefined {
  const snapshots = join(model, 'snapshots');
  const read = readTextCapped(join(model, 'refs', 'main'), 100);
  const named = read !== undefined && 'text' in read ? read.text.trim() : '';
  const wanted = /^[0-9a-f]{6,64}$/.test(named) ? named : onlyName(snapshots);
  if (wanted === undefined) return undefined;
  const folder = join(snapshots, wanted);
  return isWhole(folder) ? folder : undefined;
}

function onlyName(folder: string): string | undefined {
  try {
    const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
    return names.length === 1 ? names[0] : undefined;
  } catch {
    return undefined;
  }
}

const MAX_INDEX_BYTES = 1_000_000;

/** Files appear in a snapshot one by one, each when it is complete: a model is there when all that its index names are. */
function isWhole(folder: string): boolean {
  if (!existsSync(join(folder, 'config.json'))) return false;
  if (existsSync(join(folder, 'model.safetensors'))) return true;
  const read = readTextCapped(join(folder, 'model.safetensors.index.json'), MAX_INDEX_BYTES);
  const parsed = read !== undefined && 'text' in read ? parseCapped(read.text) : undefined;
  const shards = parsed !== undefined && 'value' in parsed ? shardsIn(parsed.value) : [];
  return shards.length > 0 && shards.every((name) => existsSync(join(folder, name)));
}

function shardsIn(index: unknown): string[] {
  const map = isRecord(index) ? index.weight_map : undefined;
  const names = new Set(isRecord(map) ? Object.values(map) : []);
  return [...names].filter((name) => typeof name === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
