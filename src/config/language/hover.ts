import { lazy } from '../../base/lazy.ts';
import { aboutConfig, type About } from '../about.ts';
import type { Surroundings } from '../files.ts';
import type { JsonSchema } from '../jsonSchema.ts';
import { parseConfigText, type ParsedConfig } from '../parse.ts';
import { formatPath, isBlock, patternOf, valueAt, type Path } from '../path.ts';
import type { Problem } from '../problem.ts';
import { RULES } from '../rules/index.ts';
import { blockAt, schemaAt } from '../schemaAt.ts';
import { quote } from '../wording.ts';
import { entryAt } from './entryAt.ts';
import { notesAt } from './here/here.ts';
import { linkTo } from './markdown.ts';
import { otherNamesLine } from './otherNames.ts';
import { settingParagraphs, sourceLine, typeLine, valueText } from './settingText.ts';
import { clampOffset, withoutMark, type Span } from './span.ts';

export interface HoverInput {
  readonly text: string;
  /** Under the pointer: UTF-16 code units, a byte order mark not counted. */
  readonly offset: number;
  readonly surroundings: Surroundings;
  /** Of this text, if somebody has it. */
  readonly parsed?: ParsedConfig;
  /** Of this text: those of the setting at hand are explained. */
  readonly problems: readonly Problem[];
  /** The address of a heading in a reference page; undefined where there is none. Without it there are no links. */
  readonly reference?: (page: 'settings' | 'diagnostics', heading: string) => string | undefined;
}

export interface Hover {
  readonly range: Span;
  /** Of ours; words of other people stand in backticks. */
  readonly markdown: string;
}

/** What there is to say about the setting under the pointer; undefined where there is none. Total. */
export function hoverAt(input: HoverInput): Hover | undefined {
  const text = withoutMark(input.text);
  const offset = clampOffset(text, input.offset);
  const parsed = input.parsed ?? parseConfigText(text);
  const found = entryAt(parsed, offset);
  if (found === undefined) return undefined;
  const { entry, range } = found;
  const about = lazy(() => aboutConfig(parsed, input.surroundings));
  const parts = [
    ...settingPart(entry.path, parsed, about, input.reference),
    ...problemsPart(formatPath(entry.path), offset, input),
  ];
  const { offset: start, length } = range;
  return parts.length === 0 ? undefined : { range: { offset: start, length }, markdown: parts.join('\n\n') };
}

function settingPart(
  path: Path,
  parsed: ParsedConfig,
  about: () => About,
  reference: HoverInput['reference'],
): string[] {
  const isItem = typeof path.at(-1) === 'number';
  const setting = isItem ? path.slice(0, -1) : path;
  const schema = schemaAt(setting);
  if (schema === undefined) return [];
  const pattern = patternOf(setting);
  const isRequired = blockAt(path.slice(0, -1))?.required?.includes(String(path.at(-1))) === true;
  return [
    `**${quote(formatPath(setting))}**: ${typeLine(schema, isRequired)}`,
    ...(isItem ? itemPart(path, about()) : settingParagraphs(pattern, schema)),
    ...(isItem ? [] : herePart(path, schema, parsed, about())),
    ...linesOf([
      isItem ? undefined : otherNamesLine(pattern),
      isItem ? undefined : sourceLine(pattern),
      settingsLink(reference?.('settings', pattern)),
    ]),
  ];
}

/** One of several: what is said of all of them stands at their key. */
function itemPart(path: Path, about: About): string[] {
  const notes = notesAt(path, about);
  return notes.length > 0 ? notes : settingParagraphs(patternOf(path.slice(0, -1)), {}).slice(0, 1);
}

/** What it amounts to in this config. */
function herePart(path: Path, schema: JsonSchema, parsed: ParsedConfig, about: About): string[] {
  const value = valueAt(about.config() ?? parsed.value, path);
  const isShown = value !== undefined && value !== null && !isBlock(value) && !Array.isArray(value);
  const isDefault = isShown && value === schema.default;
  const own = isShown ? [`Here ${quote(valueText(value))}${isDefault ? ', as by default' : ''}.`] : [];
  const lines = [...own, ...notesAt(path, about)];
  return lines.length === 0 ? [] : [lines.join(' ')];
}

/** Why what is said of it matters; the message itself is shown by whoever underlines it. */
function problemsPart(key: string, offset: number, { problems, reference }: HoverInput): string[] {
  const own = problems.filter(
    ({ key: at, range }) =>
      at === key || (range.offset <= offset && offset < range.offset + Math.max(1, range.length)),
  );
  return [...new Set(own.map(({ code }) => code))].flatMap((code) => {
    const rule = RULES.find((one) => one.code === code);
    if (rule === undefined) return [];
    const address = reference?.('diagnostics', code);
    const link = address === undefined ? undefined : linkTo(address, 'More');
    const source = rule.source === undefined ? undefined : `Source: ${rule.source}.`;
    return [linesOf([`${quote(code)}: ${rule.why} ${rule.cure}`, source, link]).join(' ')];
  });
}

function linesOf(lines: readonly (string | undefined)[]): string[] {
  return lines.filter((line) => line !== undefined);
}

function settingsLink(address: string | undefined): string | undefined {
  return address === undefined ? undefined : linkTo(address, 'All settings');
}
