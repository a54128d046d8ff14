import { otherNamesLine } from './otherNames.ts';
import { allSettings, type Setting } from './settings.ts';
import { settingParagraphs, sourceLine, typeLine } from './settingText.ts';

const HEADING = [
  '# Settings',
  '',
  'Everything that a `*.sft.yaml`, `*.sft.yml` or `*.sft.json` may say. Names are those of Hugging Face wherever it has one; blocks are our',
  'own, and a method is the presence of its block. Relative paths start at the folder of the config. Numbers below 1 are shares where it',
  'says so, times are seconds and sizes bytes.',
  '',
];

/** The reference page of all settings, in Markdown: made from the schema and the manual, so that it cannot go stale. */
export function settingsReference(): string {
  const settings = allSettings();
  const contents = settings
    .filter(({ path }) => path.length === 1)
    .map(({ pattern }) => `[\`${pattern}\`](#${headingAnchor(pattern)})`);
  return `${[...HEADING, contents.join(' · '), '', ...settings.map(sectionOf)].join('\n').trimEnd()}\n`;
}

/** The anchor that Markdown viewers give the heading of a setting, or of a diagnostic. */
export function headingAnchor(heading: string): string {
  return heading.toLowerCase().replace(/[^\w-]/g, '');
}

function sectionOf({ path, pattern, schema, isRequired }: Setting): string {
  const depth = path.length === 1 ? '##' : '###';
  const lines = [
    `${depth} \`${pattern}\``,
    capital(`${typeLine(schema, isRequired)}.`),
    ...settingParagraphs(pattern, schema),
    ...[otherNamesLine(pattern), sourceLine(pattern)].filter((line) => line !== undefined),
  ];
  return `${lines.join('\n\n')}\n`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
