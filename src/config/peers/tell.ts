import { formatPath, patternOf, valueAt, type Block, type Path } from '../path.ts';
import { plural } from '../../base/text.ts';
import { numberText, quote } from '../wording.ts';
import type { Meaning, Setting } from './readEntry.ts';
import { recognise } from './recognise.ts';
import { translate } from './translate.ts';

/** So many settings are written out in a message. */
const MOST_SHOWN = 3;

/** What to do about the key at `path` of another trainer: a clause that follows a colon. */
export function tellMeaning(path: Path, config: Block, meaning: Meaning): string {
  if (meaning.kind === 'left') return meaning.why;
  if (meaning.kind === 'named') return didYouMean(nameFrom(path, meaning.ours));
  const { settings, isSame, note, partOf, trainer } = meaning;
  const [first] = settings;
  if (partOf !== undefined) return `delete it, it is part of what ${quote(partOf)} becomes`;
  if (first === undefined) return note ?? 'delete it, a run does so anyway';
  if (isSame) return didYouMean(nameFrom(path, formatPath(first.path)), note);
  const theirs = showSetting(path.at(-1), valueAt(config, path));
  return `${theirs} of ${trainer} is ${tellSettings(settings)} here${note === undefined ? '' : `, ${note}`}`;
}

/**
 * About a whole file, if it is one of another trainer's: one sentence.
 * @param depth how many layers its model has; undefined: not known
 */
export function tellFile(config: Block, depth?: number): string | undefined {
  const trainer = recognise(config);
  if (trainer === undefined) return undefined;
  const { taken, left } = translate(config, depth);
  const rest =
    left.length === 0 ? '' : `, and ${left.length} ${left.length === 1 ? 'has' : 'have'} no counterpart`;
  return `This looks like a config of ${trainer.name}: translate it, ${plural(taken.length, 'setting')} can be taken over${rest}.`;
}

/** A value on one line, as YAML writes it. */
export function flowText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}: ${flowText(inner)}`)
      .join(', ')}}`;
  return typeof value === 'string' && !isPlain(value) ? JSON.stringify(value) : String(value);
}

function tellSettings(settings: readonly Setting[]): string {
  // What is to be written is never cut: nobody could write it.
  const shown = settings
    .slice(0, MOST_SHOWN)
    .map(({ path, value }) => `\`${formatPath(path)}: ${flowText(value).replaceAll('`', "'")}\``);
  const more = settings.length - MOST_SHOWN;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

function showSetting(key: string | number | undefined, value: unknown): string {
  return quote(`${key ?? ''}: ${flowText(value)}`);
}

function didYouMean(name: string, note?: string): string {
  return `did you mean ${quote(name)}, as it is called here${note === undefined ? '' : ` (${note})`}?`;
}

/** Beside the key only its name counts; elsewhere the whole path. */
function nameFrom(path: Path, ours: string): string {
  const block = patternOf(path.slice(0, -1));
  return block !== '' && ours.replace(/\[\d*\]/g, '[]').startsWith(`${block}.`)
    ? ours.slice(ours.lastIndexOf('.') + 1)
    : ours;
}

/** Words that YAML reads as themselves. */
function isPlain(text: string): boolean {
  return /^[A-Za-z_./~][\w./-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|~)$/i.test(text);
}
