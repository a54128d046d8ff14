import { namedKind } from '../files.ts';
import { modelPlace } from '../model.ts';
import { valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import { quote } from '../wording.ts';
import { defineRule } from './rule.ts';

/** Gigabytes that come over the network at the start of a run should not come as a surprise, nor a misspelt path as a download. */
export const hubModel = defineRule(
  'config.hub-download',
  'warning',
  (input) => {
    const { parsed, hub } = input;
    if (hub.isOffline || parsed.value?.engine === 'tfjs') return [];
    return [...parsed.entries.values()].flatMap(({ path }) => {
      const written = valueAt(parsed.value, path);
      if (typeof written !== 'string' || namedKind(path, written) !== 'folder') return [];
      const place = modelPlace(written, input);
      return place.kind === 'hub' ? [{ path, id: place.id }] : [];
    });
  },
  ({ path, id }, { parsed }) => ({
    path,
    range: valueRange(parsed, path),
    message: `There is no folder ${quote(id)} and no such model in the Hugging Face cache: the torch engine downloads it from the hub when the run starts.`,
  }),
);
