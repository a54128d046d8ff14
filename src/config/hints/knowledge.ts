import { grouped } from '../../base/format.ts';
import { knowledgeAdvice } from '../../data/advice.ts';
import type { HintSource } from './hint.ts';
import { hintOffset } from './place.ts';

/** How much of the data is new to the model: that is what makes it forget. */
export const knowledgeHints: HintSource = {
  kind: 'knowledge',
  what: 'Share of the rows that is new to the base model, from the last probe or run of exactly this.',
  of: ({ parsed, about }) => {
    const offset = hintOffset(parsed, ['train_file']);
    const counts = about.knowledge();
    const asked = counts === undefined ? 0 : counts.known + counts.maybe + counts.new;
    if (offset === undefined || counts === undefined || asked === 0) return [];
    const text = `${((100 * counts.new) / asked).toFixed(0)} % new`;
    const tooltip = `The base model was asked all ${grouped(asked)} rows: ${grouped(counts.known)} known (right under all prompts), ${grouped(counts.maybe)} maybe, ${grouped(counts.new)} new (right under none). ${knowledgeAdvice(counts, 'editor')}`;
    return [{ kind: 'knowledge', offset, text, tooltip }];
  },
};
