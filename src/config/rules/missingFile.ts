import { namedKind, resolvePath, type Surroundings } from '../files.ts';
import { modelPlace } from '../model.ts';
import { valueRange } from '../parse.ts';
import { valueAt, type Path } from '../path.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** Everything a config names on disk must be there, before a run starts and fails on it. */
export const missingFile = defineRule({
  code: 'config.missing-file',
  level: 'error',
  side: 'meaning',
  what: 'A file or folder that the config names is not there, or is of the wrong kind.',
  why: 'The run could not start.',
  cure: 'Correct the path: relative ones start at the config’s folder.',
  find: (input) => [...input.parsed.entries.values()].flatMap(({ path }) => misnamed(path, input)),
  tell: ({ path, message }, { parsed }) => ({ path, message, range: valueRange(parsed, path) }),
});

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
    case 'unknown':
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
    case 'unknown':
      return undefined;
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

export const examples: Examples = {
  good: [{ text: 'eval_file: more.jsonl\n' }, { text: 'eval_file: ./model/../more.jsonl\n' }],
  bad: [
    {
      text: 'eval_file: dev.jsonl\n',
      says: [
        "There is no file `/home/ada/study/dev.jsonl`: correct the path, which starts at the config's folder unless it is absolute.",
      ],
    },
    {
      text: 'eval_file: ~/dev.jsonl\n',
      says: [
        'There is no file `/home/ada/study/~/dev.jsonl`: correct the path, in full because `~` is not expanded.',
      ],
    },
    {
      text: 'probes: {sets: [{name: own, file: model}]}\n',
      says: ['`/home/ada/study/model` is a folder: name one file in it.'],
    },
    {
      text: 'self_distill: {teacher: weights}\n',
      world: { files: { weights: 'folder' } },
      says: [
        'The folder `/home/ada/study/weights` holds no config.json: name the folder of a model in Hugging Face layout.',
      ],
    },
    {
      text: 'engine: tfjs\nself_distill: {teacher: org/large}\n',
      says: [
        "There is no folder `org/large` and no such model in the Hugging Face cache, and the TypeScript engine does not download: run `hf download org/large`, or put the model's folder at `/home/ada/study/org/large`.",
      ],
    },
  ],
};
