import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkConfig } from '../../../src/config/check.ts';
import type { Problem } from '../../../src/config/problem.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { encodeRows, loadRows } from '../../../src/engines/tfjs/run/dataFiles.ts';
import { Failure } from '../../../src/engines/tfjs/failure.ts';
import { loadTokenizer } from '../../../src/engines/tfjs/files/tokenizer.ts';
import { diskFiles } from '../../../src/folder/diskFiles.ts';
import { trainFiles, type RunConfig } from '../../../src/protocol/runConfig.ts';
import { base, removeFolders, temporaryFolder } from '../../engines/tfjs/runs.ts';
import { service } from '../../facts/asking.ts';
import { HUB } from '../configs.ts';

/**
 * What a run would refuse or warn about when it reads its files is said before, with the same verdict: real files, real facts, and the
 * engine's own loading beside the rules.
 */
afterAll(removeFolders);

/** What the engine calls a thing, and the rules that say it. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  'data.empty': ['data.empty', 'data.wrong-format', 'data.no-readable-row'],
  'data.unreadable-rows': ['data.unreadable-rows'],
  'data.unwordable': ['tokens.no-wordable-row', 'tokens.unwordable-rows'],
  'data.masked': ['tokens.all-masked', 'tokens.masked-rows'],
  'data.truncated': ['tokens.truncated-rows', 'tokens.masked-rows', 'tokens.all-masked'],
  'model.tokenizer': ['tokens.no-tokenizer', 'tokens.vocabulary-mismatch'],
};
const SAID = new Set(Object.values(CODES).flat());

const question = '{"question": "Where was Ada born?", "answers": ["London"]}\n';
const pair = '{"prompt": "Where was Ada born?", "completion": " London"}\n';
const turns = JSON.stringify({
  messages: ['Hello', 'Hi', 'Bye', 'Bye'].map((content, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content,
  })),
});
const long = `{"prompt": "${'Where was she born? '.repeat(40)}", "completion": " London"}\n`;
const wordy = `{"prompt": "Say it.", "completion": "${' London'.repeat(60)}"}\n`;

test.each<[string, string, string]>([
  ['one question', question, ''],
  ['nothing', '', ''],
  ['blank lines', '\n\n  \n', ''],
  ['a table', 'prompt,completion\na,b\n', ''],
  ['an array', `[${question}]`, ''],
  ['a broken array', `[${question}`, ''],
  ['an array of something else', '[1, 2]', ''],
  ['one record over several lines', '{\n"prompt": "a",\n"completion": "b"\n}\n', ''],
  ['other keys', '{"source": "a", "target": "b"}\n', ''],
  ['one line that is broken', `${question}{"question": \n`, ''],
  ['an empty completion', `${pair}{"prompt": "a", "completion": ""}\n`, ''],
  ['UTF-16', '\uFEFF{\u0000"\u0000', ''],
  ['several turns', `${turns}\n`, ''],
  ['several turns and a question', `${turns}\n${question}`, ''],
  ['rows that are cut', `${question}${wordy}`, 'max_length: 32\n'],
  ['rows that lose everything', `${question}${long}`, 'max_length: 64\n'],
  ['rows that lose everything, and rows that are cut', `${question}${long}${wordy}`, 'max_length: 64\n'],
  ['only rows that lose everything', long, 'max_length: 64\n'],
  ['text that is cut', `{"text": "${'Ada '.repeat(50)}"}\n`, 'max_length: 8\n'],
  ['text of which one token is left', '{"text": "Ada was born"}\n', 'max_length: 1\n'],
  ['everything counted', long, 'max_length: 64\ncompletion_only_loss: false\n'],
])('%s: engine and rules agree', async (_, content, settings) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'rows.jsonl'), content);
  const { refused, warned } = loadAsEngine(configOf(settings, folder));
  const problems = (await check(textOf(settings), folder)).filter(({ code }) => SAID.has(code));
  const said = problems.map(({ code }) => code);

  expect(problems.some(({ level }) => level === 'error')).toBe(refused !== undefined);
  for (const code of [...(refused === undefined ? [] : [refused]), ...warned])
    expect(CODES[code]?.some((rule) => said.includes(rule))).toBe(true);
  if (refused === undefined && warned.length === 0) expect(said).toEqual([]);
});

test.each([
  ['', 'data.empty'],
  ['prompt,completion\na,b\n', 'data.wrong-format'],
  [`[${question}`, 'data.wrong-format'],
  ['{"source": "a", "target": "b"}\n', 'data.no-readable-row'],
])('%j is %s, and nothing else', async (content, code) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'rows.jsonl'), content);
  const problems = (await check(textOf(''), folder)).filter((problem) =>
    /^(data|tokens)\./.test(problem.code),
  );
  expect(problems.map((problem) => problem.code)).toEqual([code]);
});

test.each<[string, (folder: string) => void, string | undefined]>([
  ['as it is', () => undefined, undefined],
  ['without a tokenizer', (folder) => rmSync(join(folder, 'tokenizer.json')), 'tokens.no-tokenizer'],
  [
    'with a broken one',
    (folder) => writeFileSync(join(folder, 'tokenizer.json'), '[]'),
    'tokens.no-tokenizer',
  ],
  [
    'with fewer embeddings than tokens',
    (folder) => writeFileSync(join(folder, 'config.json'), '{"model_type": "llama", "vocab_size": 100}'),
    'tokens.vocabulary-mismatch',
  ],
])('a model %s', async (_, spoil, expected) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'rows.jsonl'), question);
  cpSync(base, join(folder, 'model'), { recursive: true });
  spoil(join(folder, 'model'));
  const refused = failureOf(() =>
    loadTokenizer(join(folder, 'model'), expected?.endsWith('mismatch') ? 100 : 2_048),
  );
  const text = 'version: 1\nmodel_name_or_path: model\ntrain_file: rows.jsonl\nengine: tfjs\n';
  const errors = (await check(text, folder)).filter(({ level, code }) => level === 'error' && SAID.has(code));
  expect(errors.map(({ code }) => code)).toEqual(expected === undefined ? [] : [expected]);
  expect(refused === undefined).toBe(expected === undefined);
});

function textOf(settings: string): string {
  return `version: 1\nmodel_name_or_path: ${base}\ntrain_file: rows.jsonl\n${settings}`;
}

function configOf(settings: string, folder: string): RunConfig {
  const { config } = resolveConfig(textOf(settings), { files: diskFiles, hub: HUB, folder });
  if (config === undefined) throw new Error('the config of this test is not valid');
  return config;
}

function loadAsEngine(config: RunConfig): {
  readonly refused: string | undefined;
  readonly warned: readonly string[];
} {
  const warned: string[] = [];
  const refused = failureOf(() => {
    const { rows, warnings } = loadRows(trainFiles(config)[0]?.path ?? '', []);
    warned.push(...warnings.map(({ code }) => code));
    const encoded = encodeRows(rows, loadTokenizer(base, 1e6), config);
    warned.push(...encoded.warnings.map(({ code }) => code));
  });
  return { refused, warned };
}

/** The code of a refusal. */
function failureOf(load: () => unknown): string | undefined {
  try {
    load();
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}

/** Until nothing is left to be found out. */
async function check(text: string, folder: string): Promise<readonly Problem[]> {
  const known = service({ workspaceFolders: [folder, base] });
  try {
    const surroundings = { files: diskFiles, hub: HUB, folder, facts: known.facts };
    for (let round = 0; round < 4; round++) {
      checkConfig(text, surroundings);
      await known.settle();
    }
    return checkConfig(text, surroundings).problems;
  } finally {
    known.dispose();
  }
}
