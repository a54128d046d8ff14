import { grouped } from '../../base/format.ts';
import { adapterNumbers } from '../estimate/adapters.ts';
import { piecesOf } from '../estimate/layers.ts';
import { widthsOf } from '../estimate/widths.ts';
import { matchedBy } from '../freezePatterns.ts';
import { sizeOf } from '../parameterSizes.ts';
import type { Hint, HintInput, HintSource } from './hint.ts';
import { hintOffset } from './place.ts';

/** How many numbers move, and how many stand still. */
export const parameterHints: HintSource = {
  kind: 'parameters',
  what: 'Parameters of the model, of each frozen or trained group, and of adapters.',
  of: (input) => {
    const sizes = input.about.parameterSizes();
    if (sizes === undefined || sizes.size === 0) return [];
    const all = sizeOf(sizes.keys(), sizes);
    return [...modelHint(input, all), ...freezeHints(input, sizes, all), ...adapterHint(input, all)];
  },
};

function modelHint({ parsed, about }: HintInput, all: number): Hint[] {
  const offset = hintOffset(parsed, ['model_name_or_path']);
  if (offset === undefined) return [];
  const source = about.config()?.from_config === true ? 'its config.json' : 'the headers of its weights';
  const tooltip = `Counted in ${source}; a head that is tied to the embeddings counts once.`;
  return [{ kind: 'parameters', offset, text: `${grouped(all)} parameters`, tooltip }];
}

function freezeHints({ parsed, about }: HintInput, sizes: ReadonlyMap<string, number>, all: number): Hint[] {
  const patterns = about.freezePatterns();
  const groups = patterns.flatMap((pattern): Hint[] => {
    const offset = hintOffset(parsed, pattern.path);
    const matched = matchedBy(pattern);
    if (offset === undefined || matched.length === 0) return [];
    const verb = pattern.key === 'groups' ? 'stand still' : 'may move';
    const tooltip = `${grouped(matched.length)} of ${grouped(sizes.size)} tensors, such as ${matched[0] ?? ''}, ${verb}.`;
    return [{ kind: 'parameters', offset, text: partOf(sizeOf(matched, sizes), all), tooltip }];
  });
  const chosen = about.trainable();
  const offset = hintOffset(parsed, ['freeze']);
  if (offset === undefined || patterns.length === 0 || chosen === undefined || 'problem' in chosen)
    return groups;
  const moving = sizeOf(chosen.trainable, sizes);
  const text = `${partOf(moving, all)} trained`;
  const tooltip = `${grouped(moving)} of ${grouped(all)} parameters are trained, ${grouped(all - moving)} stand still: those cost no gradient and no optimizer state.`;
  return [{ kind: 'parameters', offset, text, tooltip }, ...groups];
}

function adapterHint({ parsed, about }: HintInput, all: number): Hint[] {
  const [config, shape] = [about.config(), about.shape()];
  const offset = hintOffset(parsed, ['lora']);
  if (config?.lora === undefined || shape === undefined || offset === undefined) return [];
  const numbers = adapterNumbers({ config, widths: widthsOf(shape), pieces: piecesOf(shape, []) });
  if (numbers === 0) return [];
  const tooltip = `Rank ${config.lora.r} times what goes into and comes out of each adapted module (Hu et al. 2021); all ${grouped(all)} parameters of the model stand still.`;
  return [{ kind: 'parameters', offset, text: `${partOf(numbers, all)} trained`, tooltip }];
}

/** 24,576 (18.2 %). */
function partOf(count: number, all: number): string {
  const share = (100 * count) / Math.max(1, all);
  return `${grouped(count)} (${share > 0 && share < 0.1 ? '< 0.1' : share.toFixed(1)} %)`;
}
