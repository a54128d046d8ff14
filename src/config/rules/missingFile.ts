import { namedKind, resolvePath, type Surroundings } from '../files.ts';
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

function modelProblem(written: string, { files, folder }: Surroundings): string | undefined {
  const path = resolvePath(folder, written);
  switch (files.kind(path)) {
    case 'folder':
      if (files.kind(resolvePath(path, 'config.json')) === 'file') return undefined;
      return `The folder ${quote(path)} holds no config.json: name the folder of a model in Hugging Face layout.`;
    case 'file':
      return `${quote(path)} is a file: name the folder of the model.`;
    case 'missing':
      return isHubId(written)
        ? `There is no folder ${quote(written)}, and this version does not load from the Hugging Face hub: ` +
            `run \`hf download ${written} --local-dir ${written}\` in the config's folder, or name a model's folder.`
        : `There is no folder ${quote(path)}: correct the path, ${origin(written)}.`;
  }
}

function origin(written: string): string {
  return written.startsWith('~')
    ? 'in full because `~` is not expanded'
    : "which starts at the config's folder unless it is absolute";
}

/** organisation/name, the form of most ids on the Hugging Face hub, which allows 96 characters. */
function isHubId(text: string): boolean {
  return text.length <= 96 && /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/.test(text);
}
