import { describe, expect, test } from 'vitest';
import { allSettings } from '../../../src/config/language/settings.ts';
import { checkConfig } from '../../../src/config/check.ts';
import { valueAt, type Path } from '../../../src/config/path.ts';
import { parseConfigText } from '../../../src/config/parse.ts';
import { SURROUNDINGS } from '../configs.ts';
import { accept, offered, typed } from './typing.ts';

/** Whatever is offered anywhere can be taken: it stands where it should, and the schema has nothing against it. */
const SHAPE = ['config.syntax', 'config.unknown-key', 'config.wrong-value', 'config.empty-value'];
const SETTINGS = allSettings();

type Style = 'lines' | 'braces' | 'JSON';
const STYLES: readonly Style[] = ['lines', 'braces', 'JSON'];

/** A config that is written as far as the value at `path`. */
function upTo(path: Path, style: Style): string {
  if (style === 'lines') return linesTo(path);
  const isJson = style === 'JSON';
  const opened = path.map((step) =>
    typeof step === 'number' ? '[' : `{${isJson ? JSON.stringify(step) : step}: `,
  );
  const closed = [...path].reverse().map((step) => (typeof step === 'number' ? ']' : '}'));
  return `${opened.join('')}‸${closed.join('')}`;
}

function linesTo(path: Path): string {
  const lines = path.map((step, depth) => {
    const indent = '  '.repeat(depth);
    const before = typeof path[depth - 1] === 'number' ? '' : depth === 0 ? '' : `\n${indent}`;
    return typeof step === 'number' ? `\n${indent}- ` : `${before}${step}: `;
  });
  return `${lines.join('').replaceAll(': \n', ':\n')}‸`;
}

function shapeProblems(text: string, path: Path): string[] {
  const own = JSON.stringify(path.slice(0, 1)).slice(2, -2);
  return checkConfig(text, SURROUNDINGS)
    .problems.filter(({ code, key }) => SHAPE.includes(code) && (key === undefined || key.startsWith(own)))
    .map(({ message }) => message);
}

test('most settings have values to offer', () => {
  const counts = SETTINGS.map(({ path }) => offered(upTo(path, 'lines')).length);
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(0.85 * SETTINGS.length);
});

describe.each(STYLES)('in %s', (style) => {
  test.each(SETTINGS)('every value that is offered for $pattern', ({ path }) => {
    const before = upTo(path, style);
    for (const completion of offered(before)) {
      const text = accept(typed(before), completion);
      expect(shapeProblems(text, path), text).toEqual([]);
      expect(valueAt(parseConfigText(text).value, path), text).toBeDefined();
    }
  });

  test.each(SETTINGS)('the key of $pattern', ({ path }) => {
    const block = path.slice(0, -1);
    const own = upTo(block, style);
    // Where a value would stand in lines, a key stands one line below it.
    const isBlockOfLines = style === 'lines' && block.length > 0 && typeof block.at(-1) === 'string';
    const keyPlace = isBlockOfLines ? own.replace(' ‸', `\n${'  '.repeat(block.length)}‸`) : own;
    const before = style === 'lines' ? keyPlace : own.replace('‸', '{‸}');
    const found = offered(before).find(({ label, kind }) => label === path.at(-1) && kind === 'key');
    expect(found, before).toBeDefined();
    const text = found === undefined ? '' : accept(typed(before), found);
    // A key alone is no JSON: what counts is that it stands in its place.
    expect(parseConfigText(text).entries.size, text).toBeGreaterThanOrEqual(path.length);
  });
});
