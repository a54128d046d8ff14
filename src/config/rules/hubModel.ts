import { namedKind } from '../files.ts';
import { modelPlace } from '../model.ts';
import { valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Gigabytes that come over the network at the start of a run should not come as a surprise, nor a misspelt path as a download. */
export const hubModel = defineRule({
  code: 'config.hub-download',
  level: 'warning',
  side: 'meaning',
  what: 'A model is neither a folder nor in the local Hugging Face cache, so the torch engine will download it.',
  why: 'Gigabytes over the network should not come as a surprise, nor should a misspelt path become a download.',
  cure: 'Nothing, if the download is meant; else correct the path.',
  find: (input) => {
    const { parsed, hub } = input;
    if (hub.isOffline || parsed.value?.engine === 'tfjs') return [];
    return [...parsed.entries.values()].flatMap(({ path }) => {
      const written = valueAt(parsed.value, path);
      if (typeof written !== 'string' || namedKind(path, written) !== 'folder') return [];
      const place = modelPlace(written, input);
      return place.kind === 'hub' ? [{ path, id: place.id }] : [];
    });
  },
  tell: ({ path, id }, { parsed }) => ({
    path,
    range: valueRange(parsed, path),
    message: `There is no folder ${quote(id)} and no such model in the Hugging Face cache: the torch engine downloads it from the hub when the run starts.`,
  }),
});

export const examples: Examples = {
  good: [
    { text: '' },
    // In the local cache.
    { text: 'version: 1\nmodel_name_or_path: org/held\ntrain_file: rows.jsonl\n', isWhole: true },
    { text: 'self_distill: {teacher: base}\n' },
  ],
  bad: [
    {
      text: 'version: 1\nmodel_name_or_path: org/small\ntrain_file: rows.jsonl\n',
      isWhole: true,
      says: [
        'There is no folder `org/small` and no such model in the Hugging Face cache: the torch engine downloads it from the hub when the run starts.',
      ],
    },
    {
      text: 'self_distill: {teacher: org/large}\n',
      says: [
        'There is no folder `org/large` and no such model in the Hugging Face cache: the torch engine downloads it from the hub when the run starts.',
      ],
    },
  ],
};
