import { bytes, grouped, percent } from '../../../base/format.ts';
import { sizeOf } from '../../parameterSizes.ts';
import { isBlock, valueAt } from '../../path.ts';
import { quote } from '../../wording.ts';
import { asMarkdown } from '../markdown.ts';
import { groupMeaning } from '../manual/groups.ts';
import type { Note } from './note.ts';

export const modelNote: Note = (about) => {
  const model = about.model();
  if (model === undefined) return undefined;
  const architecture = isBlock(model.config) ? valueAt(model.config, ['architectures', 0]) : undefined;
  const parameters = about.parameters();
  const parts = [
    ...(typeof architecture === 'string' ? [quote(architecture)] : []),
    ...(parameters === undefined ? [] : [`${grouped(parameters)} parameters`]),
    ...(model.bytes < 1e6 ? [] : [`${bytes(model.bytes)} of weights`]),
    ...(model.tokenizer.size === undefined
      ? []
      : [`${grouped(model.tokenizer.size)} tokens in the vocabulary`]),
  ];
  return parts.length === 0 ? undefined : `${parts.join(', ')}.`;
};

export const engineNote: Note = (about) => {
  const [engine, demand, torch] = [about.engine(), about.demand(), about.torch()];
  if (engine === undefined) return undefined;
  const because = demand?.because === undefined ? '' : `, ${asMarkdown(demand.because)}`;
  const state =
    engine !== 'torch' || torch === undefined
      ? ''
      : torch.usable
        ? '; it is installed'
        : '; it is not installed';
  return `A run would take ${quote(engine)}${because}${state}.`;
};

export const trainableNote: Note = (about) => {
  const sizes = about.parameterSizes();
  const found = about.trainable();
  if (sizes === undefined || found === undefined || !('trainable' in found)) return undefined;
  return `${shareOf(found.trainable, sizes)} are trained.`;
};

/** Of one item of `freeze.groups` or `freeze.trainable_groups`. */
export const patternNote: Note = (about, path) => {
  const item = about
    .freezePatterns()
    .find(({ path: own }) => own.length === path.length && own.every((step, index) => step === path[index]));
  if (item === undefined) return undefined;
  const meaning = `${quote(item.pattern)}: ${groupMeaning(item.pattern)}`;
  const sizes = about.parameterSizes();
  if (sizes === undefined || item.match === undefined || !('matched' in item.match)) return `${meaning}.`;
  return `${meaning}; ${shareOf(item.match.matched, sizes)}.`;
};

/** 32,768 of 114,240 parameters (28.7 %). */
function shareOf(names: readonly string[], sizes: ReadonlyMap<string, number>): string {
  const total = sizeOf(sizes.keys(), sizes);
  const own = sizeOf(names, sizes);
  return `${grouped(own)} of ${grouped(total)} parameters (${percent(total === 0 ? 0 : own / total)})`;
}
