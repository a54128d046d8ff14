import { checkConfig } from '../../src/config/check.ts';
import type { IFiles, IHub } from '../../src/config/files.ts';
import { applyEdits, type Fix, type Problem } from '../../src/config/problem.ts';

/** Where the configs of these tests stand, and what lies around them. */
export const FOLDER = '/home/ada/study';

const TREE: Readonly<Record<string, 'file' | 'folder'>> = {
  [`${FOLDER}/model`]: 'folder',
  [`${FOLDER}/model/config.json`]: 'file',
  [`${FOLDER}/empty`]: 'folder',
  [`${FOLDER}/rows.jsonl`]: 'file',
  [`${FOLDER}/more.jsonl`]: 'file',
  '/shared/rows.jsonl': 'file',
  '/cache/held': 'folder',
  '/cache/held/config.json': 'file',
};

export const FILES: IFiles = {
  kind: (path) => (Object.hasOwn(TREE, path) ? (TREE[path] ?? 'missing') : 'missing'),
};

/** The local cache of the Hugging Face hub: one model, whose folder is /cache/held. */
export const HUB: IHub = {
  find: (id) => (id === 'org/held' || id === 'held' ? '/cache/held' : undefined),
  isOffline: false,
};

export const SURROUNDINGS = { files: FILES, hub: HUB, folder: FOLDER };

/** The least that is a config, on lines 1 to 3: what a test adds starts on line 4. */
export const LEAST = 'version: 1\nmodel_name_or_path: model\ntrain_file: rows.jsonl\n';

/** Every problem of a config as one line: `4:1 unknown-key: message`. */
export function told(text: string): string[] {
  return checkConfig(text, SURROUNDINGS).problems.map(asLine);
}

/** The same for what is added to LEAST. */
export function toldOf(added: string): string[] {
  return told(LEAST + added);
}

/** What one rule says of what is added to LEAST: others may have more to say of it, and have examples of their own. */
export function toldBy(rule: string, added: string): string[] {
  return toldOf(added).filter((line) => line.split(' ')[1] === `${rule}:`);
}

export function asLine({ range, code, message }: Problem): string {
  return `${range.line}:${range.column} ${code.replace('config.', '')}: ${message}`;
}

/** The added lines after the first fix that is offered was taken; undefined where none is offered. */
export function fixed(added: string): string | undefined {
  const text = LEAST + added;
  const fix = fixesOf(text)[0];
  return fix === undefined ? undefined : applyFix(text, fix).slice(LEAST.length);
}

export function fixesOf(text: string): Fix[] {
  return checkConfig(text, SURROUNDINGS).problems.flatMap(({ fixes }) => fixes ?? []);
}

export function applyFix(text: string, { edits }: Fix): string {
  return applyEdits(text, edits);
}
