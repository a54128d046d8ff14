import { namedKind, resolvePath, type Surroundings } from '../files.ts';
import { modelPlace } from '../model.ts';
import { valueRange } from '../parse.ts';
import { valueAt, type Path } from '../path.ts';
import { quote } from '../wording.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** Everything a config names on disk must be there, before a run starts and fails on it. */
export const missingFile = defineRule(
  'config.missing-file',
  'error',
  (input) => [...input.parsed.entries.values()].flatMap(({ path }) => misnamed(path, input)),
  ({ path, message }, { parsed }) => ({ path, message, range: valueRange(parsed, path) }),
);

function misnamed(path: Path, input: RuleInput): { readonly path: Path; readonly message: string }[] {
  const written = valueAt(input.parsed.value, path);
  const wanted = namedKind(path, written);
  if (wanted === undefined) return [];
  if (typeof written !== 'string' || written === '') return [];
  const message = wanted === 'folder' ? modelProblem(written, input) : fileProblem(written, input);
  return message === undefined ? [] : [{ path, message }];
}

function fileProblem(written: string, { files, folder }: Surroundings): string | undefined {
  const path = resolvePath(folder, written);
  switch (files.kind(path)) {
    case 'file':
      return undefined;
    case 'folder':
      return `${quote(path)} is a folder: name one file in it.`;
    case 'missing':
      return `There is no file ${quote(path)}: correct the path, ${origin(written)}.`;
  }
}

function modelProblem(written: string, input: RuleInput): string | undefined {
  const place = modelPlace(written, input);
  switch (place.kind) {
    case 'folder':
      if (input.files.kind(resolvePath(place.path, 'config.json')) === 'file') return undefined;
      return `The folder ${quote(place.path)} holds no config.json: name the folder of a model in Hugging Face layout.`;
    case 'file':
      return `${quote(place.path)} is a file: name the folder of the model.`;
    case 'hub':
      return hubProblem(place.id, input);
    case 'missing':
      return `There is no folder ${quote(place.path)}: correct the path, ${origin(written)}.`;
  }
}

/** undefined where the engine may download it. */
function hubProblem(id: string, { parsed, hub, folder }: RuleInput): string | undefined {
  const missing = `There is no folder ${quote(id)} and no such model in the Hugging Face cache`;
  if (hub.isOffline)
    return `${missing}, and HF_HUB_OFFLINE forbids to download it: put the model's folder at ${quote(resolvePath(folder, id))}, or unset HF_HUB_OFFLINE.`;
  if (parsed.value?.engine === 'tfjs')
    return `${missing}, and the TypeScript engine does not download: run \`hf download ${id}\`, or put the model's folder at ${quote(resolvePath(folder, id))}.`;
  return undefined;
}

function origin(written: string): string {
  return written.startsWith('~')
    ? 'in full because `~` is not expanded'
    : "which starts at the config's folder unless it is absolute";
}
