import { grouped } from '../../base/format.ts';
import { plural } from '../../base/text.ts';
import { processesOf } from '../estimate/steps.ts';
import { firstWritten } from '../firstWritten.ts';
import type { HintSource } from './hint.ts';
import { hintOffset } from './place.ts';

/** What an optimizer step takes in all. */
export const batchHints: HintSource = {
  kind: 'batch',
  what: 'Effective batch size.',
  of: ({ parsed, about }) => {
    const config = about.config();
    if (config === undefined) return [];
    const path = firstWritten(
      parsed,
      ['gradient_accumulation_steps'],
      ['per_device_train_batch_size'],
      ['launch', 'nproc_per_node'],
    );
    const offset = hintOffset(parsed, path);
    if (offset === undefined) return [];
    const { per_device_train_batch_size: size, gradient_accumulation_steps: times } = config;
    const processes = processesOf(config);
    const rows = size * times * processes;
    const tokens = about.tokens();
    const inTokens = tokens === undefined ? '' : `, about ${grouped(rows * tokens.meanLength)} tokens`;
    const product = [
      plural(size, 'row'),
      ...(times === 1 ? [] : [`${times} forward passes`]),
      ...(processes === 1 ? [] : [`${processes} processes`]),
    ].join(' times ');
    const tooltip = `${product} make one optimizer step${tokens === undefined ? '' : `; a row has ${tokens.meanLength.toFixed(1)} tokens on average`}.`;
    return [
      {
        kind: 'batch',
        offset,
        text: `${rows === 1 ? '1 row' : `${grouped(rows)} rows`} a step${inTokens}`,
        tooltip,
      },
    ];
  },
};
