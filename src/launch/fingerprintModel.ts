import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../folder/atomicWrite.ts';
import { resolveInside } from '../folder/contain.ts';
import { readTextCapped } from '../folder/readCapped.ts';
import { fileProblem } from './fileProblem.ts';
import { fingerprintFile } from './fingerprint.ts';

/**
 * What identifies a model by content: SHA-256 over its weights, config and tokenizer. Gigabytes take a while, so the hash of
 * each file is remembered in `.holdfast/cache/hashes` for as long as its size and times stay what they are.
 * Rejects with one sentence where a file cannot be read.
 * @param root the `.holdfast` folder
 * @param onProgress told how many bytes of how many are hashed
 */
export async function fingerprintModel(
  folder: string,
  root: string,
  onProgress: (done: number, total: number) => void,
): Promise<string> {
  const files = modelFiles(folder).map((name) => ({ name, path: join(folder, name) }));
  const sizes = files.map(({ path }) => statSync(path).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const hash = createHash('sha256');
  let done = 0;
  for (const [index, { name, path }] of files.entries()) {
    const before = done;
    const sha256 = await hashOf(path, root, (bytes) => onProgress(before + bytes, total));
    hash.update(`${name}\0${sha256}\n`);
    done += sizes[index] ?? 0;
    onProgress(done, total);
  }
  return hash.digest('hex');
}

/** What an engine reads of a model's folder; a checkpoint also holds the trainer's files, which say nothing about it. */
const MODEL_FILE =
  /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\.json$|^merges\.txt$|^chat_template\.jinja$|^model([\w.-]*)\.safetensors(\.index\.json)?$/;

/** Names of what identifies the model in a folder, sorted. Throws one sentence where the folder cannot be read. */
export function modelFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => MODEL_FILE.test(name))
      .sort();
  } catch (error) {
    throw fileProblem('read the model in', folder, error);
  }
}

/**
 * Tells the files of a model from any others, and from the same ones written again, without reading them; undefined where there is no
 * such folder.
 */
export function modelStamp(folder: string): string | undefined {
  try {
    const stamps = modelFiles(folder).map((name) => `${name}\0${stampOf(join(folder, name))}\n`);
    return stamps.length === 0 ? undefined : createHash('sha256').update(stamps.join('')).digest('hex');
  } catch {
    return undefined;
  }
}

/** How many bytes fingerprintModel would have to read, because their hash is not remembered. */
export function unhashedBytes(folder: string, root: string): number {
  const paths = modelFiles(folder).map((name) => join(folder, name));
  const unknown = paths.filter((path) => {
    const kept = keptHashOf(path, root);
    return kept === undefined || recall(kept) === undefined;
  });
  return unknown.reduce((sum, path) => sum + statSync(path).size, 0);
}

async function hashOf(path: string, root: string, onBytes: (bytes: number) => void): Promise<string> {
  const before = stampOf(path);
  const kept = keptHashOf(path, root);
  const remembered = kept === undefined ? undefined : recall(kept);
  if (remembered !== undefined) return remembered;
  const { sha256 } = await fingerprintFile(path, 'model file', onBytes);
  // A file that changed while it was read has no hash worth remembering.
  if (kept !== undefined && stampOf(path) === before) remember(kept, sha256);
  return sha256;
}

function keptHashOf(path: string, root: string): string | undefined {
  return resolveInside(root, join('cache', 'hashes', `${stampOf(path)}.sha256`));
}

/** Changes whenever the file is written or replaced, also by one of the same size and modification time. */
function stampOf(path: string): string {
  const { size, mtimeNs, ctimeNs, ino } = statSync(path, { bigint: true });
  const parts = [realpathSync.native(path), size, mtimeNs, ctimeNs, ino];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 40);
}

function recall(path: string): string | undefined {
  const read = readTextCapped(path, 100);
  const text = read !== undefined && 'text' in read ? read.text.trim() : '';
  return /^[0-9a-f]{64}$/.test(text) ? text : undefined;
}

function remember(path: string, sha256: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeAtomically(path, `${sha256}\n`);
  } catch {
    // Only time is lost: the next probe hashes again.
  }
}
